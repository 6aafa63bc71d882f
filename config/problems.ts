import { tryFindField } from "./schema";
import { pemLabels, describePem } from "./values/pem";

/** One thing wrong with the configuration, as a check finds it. */
export interface Fault {
  /** Where: "ingress.port", "mesh.extraCallers[0].because". */
  readonly key: string;
  /** What is wrong, continuing the key: "is missing". */
  readonly reason: string;
  /** What would be right. Default: what the field accepts. */
  readonly allowed?: string;
  /** A value that would do. Default: the field's example. */
  readonly suggestion?: unknown;
  /** The keys that the fix sets. Default: `key`. */
  readonly fixKeys?: readonly string[];
  /** `set` (default) a value, `remove` the key, or remove a key whose dots are part of its name (`removeVerbatim`). */
  readonly fix?: "set" | "remove" | "removeVerbatim";
}

/** A fault with everything a reader needs. It never holds the value of a secret. */
export interface Problem {
  readonly key: string;
  readonly received: string;
  readonly reason: string;
  readonly allowed: string;
  /** Shell commands, one per line, any of which applies the fix together. */
  readonly fix: readonly string[];
}

/** Where a configuration comes from: `project` is the namespace of its keys. */
export interface Origin {
  readonly project: string;
  readonly stack: string;
}

const longestReceived = 100;
const notSet = "nothing";

/** Completes a fault. `received` is the value in force at the key, undefined when there is none. */
export function toProblem(fault: Fault, received: unknown, project: string): Problem {
  const field = tryFindField(fault.key);
  return {
    key: fault.key,
    received: describeReceived(fault.key, received),
    reason: fault.reason,
    allowed: fault.allowed ?? field?.type.allowed ?? "",
    fix: fixCommands(fault, project),
  };
}

/** A value in words fit for a log: secrets masked, PEM summarized, unknown keys by kind only. */
function describeReceived(key: string, received: unknown): string {
  if (received === undefined) return notSet;
  const field = tryFindField(key);
  // The value of an unknown key may be a secret whose name was misspelled.
  if (field === undefined) return "a value that is not shown here";
  if (field.secret === true) return "[secret]";
  if (typeof received === "string" && pemLabels(received).length > 0) return describePem(received);
  const shown = JSON.stringify(received).replace(/\/\/[^/@"]*@/g, "//[secret]@");
  return shown.length > longestReceived ? `${shown.slice(0, longestReceived)}…` : shown;
}

/** Every problem in one message, sorted by key: what was received, what is allowed, and the commands that fix it. */
export function formatProblems(problems: readonly Problem[], origin: Origin): string {
  const count = problems.length === 1 ? "1 configuration problem" : `${problems.length} configuration problems`;
  const sorted = [...problems].sort((a, b) => compare(a.key, b.key) || compare(a.reason, b.reason));
  return [`${count} in stack '${origin.stack}'; no resource was touched.`, ...sorted.map(formatProblem)].join("\n\n");
}

function formatProblem(problem: Problem): string {
  const rows = [`  ${problem.key}  ${problem.reason}`, `    received  ${problem.received}`];
  if (problem.allowed !== "") rows.push(`    allowed   ${problem.allowed}`);
  return [
    ...rows,
    ...problem.fix.map((command, index) => `    ${index === 0 ? "fix       " : "          "}${command}`),
  ].join("\n");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function fixCommands(fault: Fault, project: string): readonly string[] {
  const target = quote(`${project}:${fault.key}`);
  if (fault.fix === "removeVerbatim") return [`pulumi config rm ${target}`];
  if (fault.fix === "remove") return [`pulumi config rm --path ${target}`];
  return (fault.fixKeys ?? [fault.key]).flatMap((key) => setField(key, fault.suggestion, project));
}

function setField(key: string, suggestion: unknown, project: string): readonly string[] {
  const field = tryFindField(key);
  const remove = `pulumi config rm --path ${quote(`${project}:${key}`)}`;
  // A value stands where a group of keys belongs.
  if (field === undefined) return [remove];
  const inside = key.includes("[");
  const value = suggestion ?? (inside ? undefined : field.example);
  const set = setCommands(key, value, { project, secret: field.secret === true, fromFile: isFileName(field.example) });
  return Array.isArray(value) ? [remove, ...set] : set;
}

interface SetOptions {
  readonly project: string;
  readonly secret: boolean;
  readonly fromFile: boolean;
}

// Secrets and PEM come from a file or a prompt: on the command line they would land in the shell's history.
function setCommands(key: string, value: unknown, options: SetOptions): readonly string[] {
  const target = quote(`${options.project}:${key}`);
  const secret = options.secret ? " --secret" : "";
  if (options.fromFile && typeof value === "string") return [`pulumi config set --path${secret} ${target} < ${value}`];
  if (options.secret) return [`pulumi config set --path --secret ${target}`];
  if (Array.isArray(value)) return value.flatMap((item, index) => setCommands(`${key}[${index}]`, item, options));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([name, part]) => setCommands(`${key}${member(name)}`, part, options));
  }
  return [`pulumi config set --path ${target} ${value === undefined ? "<value>" : quote(wordOf(value))}`];
}

// A name with dots would be taken for several.
function member(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? `.${name}` : `["${name}"]`;
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isFileName(example: unknown): boolean {
  return typeof example === "string" && /^[a-z]+\.(pem|yaml|txt)$/.test(example);
}

function quote(word: string): string {
  return /^[A-Za-z0-9._/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
