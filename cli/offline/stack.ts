import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Model } from "../../access/model/model";
import { loadModel } from "../../config/model";
import { parseSettings } from "../../config/parse";
import { formatProblems } from "../../config/problems";
import { Secret, type Settings } from "../../config/settings";
import { readStackFile } from "../../config/stack-file";
import { LocalError } from "../../local/local-error";
import { projectName } from "../../local/stack/configuration";

/** A stack as far as its file tells: no cluster, no Pulumi, no secret is asked. */
export interface OfflineStack {
  /** Path of the stack file, as given. */
  readonly file: string;
  /** Name of the stack; `dev` for a file of another name than `Pulumi.<stack>.yaml`. */
  readonly name: string;
  /** Encrypted values are sealed. */
  readonly settings: Settings;
  readonly model: Model;
  /** Settings that the file does not hold, and for which a placeholder stands in: see `completeSecrets`. */
  readonly missing: readonly string[];
}

const halves = [
  ["cert", "key"],
  ["username", "password"],
] as const;

/** The file of a stack: `stack` is a name (`Pulumi.<name>.yaml` in `folder`) or a path. */
export function stackFileOf(stack: string, folder = "."): string {
  const file = /\.ya?ml$/.test(stack) ? stack : `Pulumi.${stack}.yaml`;
  return path.isAbsolute(file) || folder === "." ? file : path.join(folder, file);
}

/** The name of the stack that a file belongs to. */
export function stackNameOf(file: string): string {
  return /(?:^|[\\/])Pulumi\.([^\\/]+)\.ya?ml$/.exec(file)?.[1] ?? "dev";
}

/** Loads a stack by its name or file. Throws LocalError with every problem of the configuration. */
export function loadStack(stack: string, now = new Date()): OfflineStack {
  const file = stackFileOf(stack);
  const { raw, missing } = completeSecrets(readStackFile(readText(file)));
  const origin = { project: projectName, stack: stackNameOf(file) };
  const result = parseSettings(raw, { ...origin, now });
  if ("problems" in result) throw new LocalError(formatProblems(result.problems, origin));
  const { settings } = result;
  return { file, name: origin.stack, settings, model: loadModel(settings), missing };
}

/** The settings with a placeholder for everything that is encrypted: enough to run the program without any engine. */
export function withPlaceholders(settings: Settings): Settings {
  return unseal(settings) as Settings;
}

/**
 * A committed file may lack what is set per machine: the private half of a credential, and the database of Ziti
 * Management. It counts as encrypted; `missing` names it.
 */
export function completeSecrets(raw: Readonly<Record<string, string>>) {
  const lacking = [
    ...missingHalves(sectionOf(raw, "controller")).map((name) => ["controller", name] as const),
    ...(lacksDatabase(raw) ? [["zitiManagement", "database"] as const] : []),
  ];
  const completed: Record<string, string> = { ...raw };
  for (const [section, name] of lacking) {
    completed[keyOf(section)] = JSON.stringify({ ...sectionOf(completed, section), [name]: { secure: "" } });
  }
  return { raw: completed, missing: lacking.map((names) => names.join(".")) };
}

const keyOf = (section: string) => `${projectName}:${section}`;
const sectionOf = (raw: Readonly<Record<string, string>>, section: string) => tryParseObject(raw[keyOf(section)]);

function missingHalves(controller: Readonly<Record<string, unknown>>): string[] {
  return halves.filter(([open, secret]) => open in controller && !(secret in controller)).map(([, secret]) => secret);
}

function lacksDatabase(raw: Readonly<Record<string, string>>): boolean {
  const { deploy, database } = sectionOf(raw, "zitiManagement");
  return raw[keyOf("profile")] === "production" && deploy !== false && database === undefined;
}

// What is no object is left for the parser to refuse.
function tryParseObject(text = "{}"): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function unseal(value: unknown): unknown {
  if (value instanceof Secret) return value.isSealed ? new Secret("placeholder of an encrypted value") : value;
  if (Array.isArray(value)) return value.map(unseal);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unseal(item)]));
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new LocalError(
      `--stack: ${file} cannot be read (${code}). Give the name of a stack, or the path of its file.`,
    );
  }
}
