import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Model } from "../../../access/model/model";
import { loadModel } from "../../../config/model";
import { parseSettings } from "../../../config/parse";
import { formatProblems } from "../../../config/problems";
import { Secret, type Settings } from "../../../config/settings";
import { completeSecrets } from "../../../config/complete-secrets";
import { readStackFile, stackNameOf } from "../../../config/stack-file";
import { LocalError } from "../../../local/local-error";
import { projectName } from "../../../config/project";

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

/** The file of a stack: `stack` is a name (`Pulumi.<name>.yaml` in `folder`) or a path. */
export function stackFileOf(stack: string, folder = "."): string {
  const file = /\.ya?ml$/.test(stack) ? stack : `Pulumi.${stack}.yaml`;
  return path.isAbsolute(file) || folder === "." ? file : path.join(folder, file);
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
