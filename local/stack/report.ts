import type { OutputMap } from "@pulumi/pulumi/automation";
import type { Genuineness, RunRecord } from "../platform/record";
import { countObjects } from "./plan";
import { countChanges, type Counts, type Failure, type Layers, type Progress } from "./progress";
import { nameOf, kindOf } from "./urn";

/** What an operation came to, for the closing lines. */
export interface Outcome {
  readonly operation: "up" | "preview" | "refresh" | "destroy";
  readonly progress: Progress;
  readonly record: RunRecord;
  readonly seconds: number;
}

/** The closing lines of an operation: objects per layer, what changed, what was real, and how long it took. */
export function renderSummary({ operation, progress, record, seconds }: Outcome): readonly string[] {
  const changes = changesOf(operation, progress);
  const verdict = isSimulated(record) ? "simulated run: a double took part" : "run against the real engines";
  return [
    ...(operation === "up" ? ["", ...renderLayers(progress.layers)] : []),
    "",
    `${operation}: ${renderChanges(changes)} in ${renderDuration(seconds)} (${verdict})`,
    ...renderGenuineness(record).map((line) => `  ${line}`),
    `  waiting                ${waitingOf(record)}`,
  ];
}

// A destroy runs the program first, which finds every object as it was: no news beside what it deletes.
function changesOf(operation: Outcome["operation"], { changes, refreshed }: Progress): Counts<string> {
  if (operation === "refresh") return refreshed;
  return operation === "destroy" ? new Map([...changes].filter(([op]) => op !== "same")) : changes;
}

function waitingOf({ kubernetesPlugin, pods }: RunRecord): string {
  if (pods !== undefined) return "on for everything (pods really run)";
  const off = "off for certificates (no controller runs that could issue them)";
  return kubernetesPlugin === "real" ? `on for Deployments, ${off}` : `off for pods (no node runs), ${off}`;
}

/** The stack's outputs, one line each or, for tables of names and values, one line per entry. Secrets stay hidden. */
export function renderOutputs(outputs: OutputMap): readonly string[] {
  return Object.entries(outputs).flatMap(([name, { value, secret }]) =>
    secret ? [`${name}: [secret]`] : renderOutput(name, value),
  );
}

function renderOutput(name: string, value: unknown): readonly string[] {
  if (Array.isArray(value))
    return [`${name}: ${value.length > 3 ? `${value.length} entries` : value.join(", ") || "none"}`];
  if (typeof value !== "object" || value === null) return [`${name}: ${String(value)}`];
  const entries = Object.entries(value);
  if (entries.some(([, item]) => typeof item === "object" && !Array.isArray(item))) {
    return [`${name}: ${entries.length} sections (npm run local -- env, then: pulumi stack output ${name})`];
  }
  return [`${name}:`, ...entries.map(([key, item]) => `  ${key.padEnd(10)} ${String(item)}`)];
}

/** What a person may want to do next. */
export function nextCommands(operation: Outcome["operation"], { pods }: Pick<RunRecord, "pods">): readonly string[] {
  if (pods === "node") return ["npm run local -- node exec -- kubectl get pods -A", "npm run local -- node down"];
  const run = "npm run local --";
  const after: Record<Outcome["operation"], readonly string[]> = {
    up: [
      `${run} preview   what a change of yours would do`,
      `${run} status    ${pods === "kind" ? "the cluster" : "engines, ports and logs"}`,
    ],
    preview: [`${run} up        carry it out`],
    refresh: [`${run} up        repair what drifted`],
    destroy: [`${run} stop      ${pods === "kind" ? "remove the cluster" : "end the engines"}`],
  };
  return operation === "up" ? [...after.up, `${run} destroy   remove everything again`] : after[operation];
}

/** Layers as a tree: each layer with the number of its objects, then its kinds, most frequent first. */
export function renderLayers(layers: Layers): readonly string[] {
  return [...layers].flatMap(([layer, kinds]) => {
    const width = Math.max(...[...kinds.values()].map((count) => String(count).length));
    const sorted = [...kinds].sort(([, left], [, right]) => right - left);
    const total = countObjects(new Map([[layer, kinds]]));
    return [`${layer}  ${total}`, ...sorted.map(([kind, count]) => `  ${String(count).padStart(width)} ${kind}`)];
  });
}

/** One line: "148 created" or "0 changed, 148 unchanged". */
function renderChanges(changes: Counts<string>): string {
  const words: readonly (readonly [string, string])[] = [
    ["create", "created"],
    ["update", "updated"],
    ["replace", "replaced"],
    ["delete", "deleted"],
  ];
  const parts = words.flatMap(([op, word]) => (changes.has(op) ? [`${changes.get(op)} ${word}`] : []));
  const same = changes.get("same") ?? 0;
  return [
    countChanges(changes) === 0 ? "0 changed" : parts.join(", "),
    ...(same > 0 ? [`${same} unchanged`] : []),
  ].join(", ");
}

/** One line per failure: kind and name of the object, then the reason's first line and its details below. */
export function renderFailure({ urn, message }: Failure): string {
  const subject = urn === undefined || kindOf(urn) === "Stack" ? "program" : `${kindOf(urn)} ${nameOf(urn)}`;
  return `${subject}: ${message.replaceAll("\n", "\n    ")}`;
}

/** Which parts of the run were the programs themselves and which were doubles. */
export function renderGenuineness(record: RunRecord): readonly string[] {
  const rows: readonly (readonly [string, Genuineness])[] = [
    ["Kubernetes API server", "real"],
    ["Kubernetes plugin", record.kubernetesPlugin],
    ["OpenZiti controller", record.controller],
  ];
  return rows.map(([what, kind]) => `${what.padEnd(22)} ${kind === "real" ? "real" : "double (simulated)"}`);
}

/** True when a double took part: such a run never counts as proof of the real thing. */
function isSimulated(record: RunRecord): boolean {
  return record.kubernetesPlugin === "double" || record.controller === "double";
}

/** Seconds as people read them: "8 s", "3 min 20 s". */
export function renderDuration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
