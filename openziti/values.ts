/** A plain value as it travels between engine, state and controller. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** Properties of one object by name. A property that is not there is not given. */
export type Properties = Readonly<Record<string, Value>>;

/** Pulumi's placeholder for a value that only exists after other resources were created. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** True for an object that is neither null nor a list. */
export function isRecord(value: Value | undefined): value is { readonly [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a list. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** True when the value, or anything within it, is not known yet. */
export function containsUnknown(value: Value): boolean {
  if (isList(value)) return value.some(containsUnknown);
  if (isRecord(value)) return Object.values(value).some(containsUnknown);
  return value === unknown;
}

/**
 * A text that is the same for equal values: keys are sorted, and lists under one of the `sets` keys lose order and
 * duplicates. `key` is the property the value stands under.
 */
export function canonical(value: Value, sets: readonly string[], key = ""): string {
  if (isList(value)) {
    const items = value.map((item) => canonical(item, sets));
    return `[${(sets.includes(key) ? [...new Set(items)].sort() : items).join(",")}]`;
  }
  if (!isRecord(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item, sets, name)}`).join(",")}}`;
}

/** True when both are known and mean the same. */
export function isEqual(a: Value, b: Value, sets: readonly string[], key = ""): boolean {
  return !containsUnknown(a) && !containsUnknown(b) && canonical(a, sets, key) === canonical(b, sets, key);
}

/** `value` with everything it leaves out or sets to null filled in from `defaults`, at every depth. */
export function withDefaults(value: Value | undefined, defaults: Value | undefined): Value | undefined {
  if (value === undefined || value === null) return defaults;
  if (!isRecord(value) || !isRecord(defaults)) return value;
  const names = new Set([...Object.keys(defaults), ...Object.keys(value)]);
  return Object.fromEntries([...names].map((name) => [name, withDefaults(value[name], defaults[name]) ?? null]));
}

/** A text among properties that have passed their checks; fails when it is none. */
export function textOf(properties: Properties, name: string): string {
  const value = properties[name];
  if (typeof value !== "string") throw new TypeError(`${name} has passed the checks and is no text`);
  return value;
}
