/** Names of objects that a program left unnamed. Pure. */
import { createHash, randomBytes } from "node:crypto";
import { AUTONAMED, annotationOf, nameOf, objectAt, withMetadata } from "./manifest";
import type { JsonObject } from "./properties";

/** The engine's own naming configuration; `proposedName` is set unless the mode is "disable". */
export interface Autonaming {
  mode: "propose" | "enforce" | "disable";
  proposedName: string;
}

/** What a name is made from: the resource's logical name and the engine's seed, which preview and update share. */
export interface NameSource {
  logicalName: string;
  seed: Uint8Array;
  autonaming?: Autonaming | undefined;
}

/** Eight hexadecimal characters: the same for the same seed, random for an empty one. */
export function uniqueSuffix(seed: Uint8Array): string {
  return (seed.length === 0 ? randomBytes(4).toString("hex") : createHash("sha256").update(seed).digest("hex")).slice(
    0,
    8,
  );
}

function withAutoname(inputs: JsonObject, name: string): JsonObject {
  const annotations = { ...objectAt(inputs, "metadata", "annotations"), [AUTONAMED]: "true" };
  return withMetadata(inputs, { name, annotations });
}

/** Whether the name was made by the plugin. */
export const isAutonamed = (object: JsonObject): boolean => annotationOf(object, AUTONAMED) === "true";

/**
 * The inputs with a name: the program's, else the one made for the old inputs, else a new one.
 * Throws where a name is required: naming is disabled, or `generateName` is used, which server-side apply cannot do.
 */
export function withName(inputs: JsonObject, oldInputs: JsonObject, source: NameSource): JsonObject {
  if (nameOf(inputs) !== "") return inputs;
  if (isAutonamed(oldInputs) && nameOf(oldInputs) !== "") return withAutoname(inputs, nameOf(oldInputs));
  if (objectAt(inputs, "metadata").generateName !== undefined)
    throw new Error("metadata.generateName: not possible with server-side apply; leave it out or set metadata.name");
  if (source.autonaming?.mode === "disable")
    throw new Error("metadata.name: required, because pulumi:autonaming is disabled");
  return withAutoname(inputs, source.autonaming?.proposedName || `${source.logicalName}-${uniqueSuffix(source.seed)}`);
}
