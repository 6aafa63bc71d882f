/** What is saved of an object: its live form, the inputs it came from, and which parts of both are secret. Pure. */
import { fromManifest, isSecret } from "./manifest";
import {
  type Json,
  type JsonObject,
  type PropertyMap,
  type PropertyValue,
  SecretValue,
  containsSecret,
  isMap,
  isObject,
} from "./properties";

const inputsKey = "__inputs";
const fieldManagerKey = "__fieldManager";
const initialApiVersionKey = "__initialApiVersion";

/** What a checkpoint is made of. `from`: the properties whose secrecy is carried over. */
interface CheckpointParts {
  inputs: JsonObject;
  live: JsonObject;
  from: PropertyMap;
  fieldManager: string;
  initialApiVersion: string;
}

/** Marks as secret what is secret in `from`, and all data of a Secret. */
export function withSecrets(value: JsonObject, from: PropertyMap): PropertyMap {
  if (isSecret(value)) {
    const contents = ["data", "stringData"].filter((key) => value[key] !== undefined);
    return { ...value, ...Object.fromEntries(contents.map((key) => [key, new SecretValue(value[key] ?? null)])) };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, markLike(item, from[key])]));
}

function markLike(value: Json, from: PropertyValue | undefined): PropertyValue {
  if (from === undefined) return value;
  if (isObject(value) && isMap(from)) return withSecrets(value, from);
  return containsSecret(from) ? new SecretValue(value) : value;
}

/** The state of a resource after Create, Read or Update. */
export function toCheckpoint({ inputs, live, from, fieldManager, initialApiVersion }: CheckpointParts): PropertyMap {
  return {
    ...withSecrets(fromManifest(live), from),
    [inputsKey]: withSecrets(fromManifest(inputs), from),
    [fieldManagerKey]: fieldManager,
    [initialApiVersionKey]: initialApiVersion,
  };
}

/** The field manager of the saved object, or undefined for one that this plugin has not written yet. */
export function tryFindFieldManager(state: PropertyMap): string | undefined {
  const manager = state[fieldManagerKey];
  return typeof manager === "string" ? manager : undefined;
}

/** The inputs in a saved state; empty for a resource that is being imported. */
export function savedInputs(state: PropertyMap): PropertyMap {
  const inputs = state[inputsKey];
  return isMap(inputs) ? inputs : {};
}

/** The API version under which the object was first created, or undefined. */
export function tryFindInitialApiVersion(state: PropertyMap): string | undefined {
  const version = state[initialApiVersionKey];
  return typeof version === "string" ? version : undefined;
}
