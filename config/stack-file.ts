import { parse, stringify } from "yaml";
import { required, type Draft, type SettingPath } from "./field";
import { fields, keysOf, settingPaths } from "./schema";
import type { Profile } from "./settings";

const longestLine = 110;

/** What a commented stack file shows: settings to write, everything else as a comment with its default. */
export interface StackSample {
  readonly profile: Profile;
  /** The namespace of the keys: the name in Pulumi.yaml. */
  readonly project: string;
  /** Lines of the comment on top. */
  readonly introduction: readonly string[];
  readonly values: Readonly<Partial<Record<SettingPath, unknown>>>;
}

/** The raw configuration in the text of a stack file, as Pulumi would hand it over. Encrypted leaves stay ciphertext. */
export function readStackFile(text: string): Record<string, string> {
  const document = parse(text) as { readonly config?: Readonly<Record<string, unknown>> } | null;
  const entries = Object.entries(document?.config ?? {});
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

/** A stack file that explains every field. Fields without a value in the sample stand there commented out. */
export function renderStackFile(sample: StackSample): string {
  const defaults = resolveDefaults(sample);
  const sections = keysOf("").map((name) => renderNode(name, 1, undefined, { ...sample, defaults }).join("\n"));
  const introduction = sample.introduction.map((line) => `# ${line}`.trimEnd()).join("\n");
  return `${introduction}\nconfig:\n${sections.join("\n\n")}\n`;
}

interface Rendering extends StackSample {
  readonly defaults: Draft;
}

function resolveDefaults({ values, profile }: StackSample): Draft {
  const draft: Partial<Record<SettingPath, unknown>> = {};
  for (const path of settingPaths) {
    const value = values[path] ?? fields[path][profile].resolve(draft as Draft);
    if (value !== required) draft[path] = value;
  }
  return draft as Draft;
}

// `commentedAt` is the depth at which a commented part begins: its "# " stays in that column.
function renderNode(path: string, depth: number, commentedAt: number | undefined, rendering: Rendering): string[] {
  const below = settingPaths.filter((leaf) => leaf.startsWith(`${path}.`));
  if (below.length === 0) return renderLeaf(path as SettingPath, depth, commentedAt, rendering);
  const isActive = below.some((leaf) => leaf in rendering.values);
  const column = commentedAt ?? (isActive ? undefined : depth);
  const children = keysOf(path).flatMap((name) => renderNode(`${path}.${name}`, depth + 1, column, rendering));
  return [indent(`${keyOf(path, rendering)}:`, depth, column), ...children];
}

function renderLeaf(path: SettingPath, depth: number, commentedAt: number | undefined, rendering: Rendering): string[] {
  const isActive = path in rendering.values;
  const column = commentedAt ?? (isActive ? undefined : depth);
  const help = describe(path, rendering).map((line) => indent(`# ${line}`, depth, commentedAt));
  return [...help, ...contentOf(path, rendering).map((line) => indent(line, depth, column))];
}

function contentOf(path: SettingPath, rendering: Rendering): string[] {
  const { secret, example } = fields[path];
  const key = keyOf(path, rendering);
  if (secret === true) return [`${key}: {secure: …}`];
  const value = rendering.values[path] ?? rendering.defaults[path] ?? example;
  const isEmpty = typeof value === "object" && Object.keys(value as object).length === 0;
  const shown = stringify({ [key]: isEmpty ? example : value }, { lineWidth: 0, compat: "yaml-1.1" });
  return shown.trimEnd().split("\n");
}

function describe(path: SettingPath, { profile, project, values }: Rendering): string[] {
  const { secret, help, example, [profile]: rule } = fields[path];
  if (secret === true) {
    const source = String(example).startsWith("<") ? "" : ` < ${String(example)}`;
    return [...wrap(help), `Set it with: pulumi config set --path --secret '${project}:${path}'${source}`];
  }
  if (path in values) return wrap(help);
  return [...wrap(help), typeof example === "object" ? listDefault(rule.text) : `Default: ${plain(rule.text)}`];
}

const plain = (markdown: string) => markdown.replaceAll(/[`*]/g, "");
const listDefault = (text: string) =>
  ["[]", "{}"].includes(plain(text)) ? "Default: empty. For example:" : "Default:";

const keyOf = (path: string, { project }: StackSample) =>
  path.includes(".") ? path.slice(path.lastIndexOf(".") + 1) : `${project}:${path}`;

function indent(line: string, depth: number, commentedAt: number | undefined): string {
  if (commentedAt === undefined) return "  ".repeat(depth) + line;
  return `${"  ".repeat(commentedAt)}# ${"  ".repeat(depth - commentedAt)}${line}`;
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > longestLine) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** The name of the stack that a file belongs to. */
export function stackNameOf(file: string): string {
  return /(?:^|[\\/])Pulumi\.([^\\/]+)\.ya?ml$/.exec(file)?.[1] ?? "dev";
}
