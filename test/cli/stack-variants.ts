import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { completeSecrets } from "../../config/complete-secrets";
import { factsOf, type Versions } from "../../config/facts";
import { loadModel } from "../../config/model";
import { parseSettings } from "../../config/parse";
import { readStackFile } from "../../config/stack-file";
import { versions } from "../../versions";
import { projectRoot } from "../support/project-root";

type Section = Readonly<Record<string, unknown>>;

/** Sections of a stack's configuration, keys without the project. */
export type Sections = Readonly<Record<string, Section | string>>;

function merge(base: unknown, over: unknown): unknown {
  const isPlain = (value: unknown): value is Section =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isPlain(base) || !isPlain(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = key in base ? merge(base[key], value) : value;
  return merged;
}

/** The text of the committed production file with some sections changed, as JSON, which is YAML too. */
export function productionText(changes: Sections = {}): string {
  const text = readFileSync(path.join(projectRoot, "Pulumi.prod.yaml"), "utf8");
  const prefixed = Object.fromEntries(Object.entries(changes).map(([key, value]) => [`agyn-networking:${key}`, value]));
  return JSON.stringify(merge(parse(text), { config: prefixed }), undefined, 2);
}

/** Settings and model of a stack file's text. Throws when the configuration is refused. */
export function readVariant(text: string) {
  const { raw } = completeSecrets(readStackFile(text));
  const result = parseSettings(raw, { project: "agyn-networking", stack: "prod", now: new Date("2026-06-01") });
  if ("problems" in result) throw new Error(JSON.stringify(result.problems));
  return { settings: result.settings, model: loadModel(result.settings) };
}

/** Every statement about reach of a stack file's text, with the pinned versions but for those given. */
export function factsOfText(text: string, pinned: Partial<Versions> = {}) {
  const { settings, model } = readVariant(text);
  return factsOf(settings, model, { ...versions, ...pinned });
}
