/** What a refresh reports: the live object in the shape of the inputs that made it. Pure. */
import { normalizeInputs, withoutStatus } from "./manifest";
import { type Json, type JsonObject, isObject } from "./properties";

// Their members are quantities: "0.5" and "500m" are one amount, and the API server keeps one spelling.
const quantityMaps = ["limits", "requests", "hard", "capacity", "min", "max", "default", "defaultRequest"];

const unitFactors: Record<string, number> = {
  ...{ "": 1, n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

// NaN, which equals nothing, for what is not a quantity.
function quantityOf(value: Json): number {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  const match = /^([+-]?[0-9.]+)([A-Za-z]*)$/.exec(text);
  return match === null ? NaN : Number(match[1]) * (unitFactors[match[2] ?? ""] ?? NaN);
}

function isSameQuantity(one: Json, other: Json): boolean {
  const amount = quantityOf(one);
  return Math.abs(amount - quantityOf(other)) <= Math.abs(amount) * 1e-9;
}

function isEmpty(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === null || (isObject(value) && Object.keys(value).length === 0);
}

function prune(live: Json, input: Json, parent: string): Json {
  if (Array.isArray(live) && Array.isArray(input)) {
    const given = live.slice(0, input.length);
    return given.map((item, index) => prune(item, input[index] ?? null, ""));
  }
  if (isObject(live) && isObject(input)) return pruneObject(live, input, parent);
  return quantityMaps.includes(parent) && isSameQuantity(live, input) ? input : live;
}

function pruneObject(live: JsonObject, inputs: JsonObject, parent: string): JsonObject {
  const kept = Object.entries(inputs).flatMap(([key, input]): [string, Json][] => {
    const value = live[key];
    // An empty map or list is what the API server leaves out.
    if (value === undefined) return isEmpty(input) ? [[key, input]] : [];
    return [[key, prune(value, input, isObject(value) ? key : parent)]];
  });
  return Object.fromEntries(kept);
}

/**
 * The inputs that describe the live object. A refresh saves them, so that the next diff shows drift and nothing that the
 * cluster filled in. Without inputs (an import): everything that a program could have written.
 */
export function toLiveInputs(live: JsonObject, inputs: JsonObject): JsonObject {
  return Object.keys(inputs).length === 0 ? normalizeInputs(withoutStatus(live)) : pruneObject(live, inputs, "");
}

function parsePath(path: string): string[] {
  return [...path.matchAll(/"((?:[^"\\]|\\.)*)"|[^.[\]"]+/g)].map((match) => match[1] ?? match[0]);
}

function keepLiveValue(input: Json, live: Json, path: string[]): Json {
  const [key, ...rest] = path;
  if (key === undefined) return live;
  const [inner, value] = isObject(input) && isObject(live) ? [input[key], live[key]] : [undefined, undefined];
  if (!isObject(input) || value === undefined) return input;
  return { ...input, [key]: keepLiveValue(inner ?? {}, value, rest) };
}

/**
 * The inputs with the live values at ignored paths (`spec.replicas`), so that applying them neither resets nor conflicts
 * with what another manager wrote there. Paths through lists are left alone.
 */
export function keepLiveValues(inputs: JsonObject, live: JsonObject, ignoredPaths: string[]): JsonObject {
  return ignoredPaths.reduce((kept, path) => keepLiveValue(kept, live, parsePath(path)) as JsonObject, inputs);
}
