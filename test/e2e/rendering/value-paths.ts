type Path = readonly (string | number)[];

/** One value of a release, and the same values with this one changed. */
export interface ChangedValue {
  /** Dotted, for people. */
  readonly at: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Every value in a release's values, each with what the values are when it is another one. */
export function changeEach(values: Readonly<Record<string, unknown>>): readonly ChangedValue[] {
  return leavesOf(values, []).map((at) => ({
    at: at.join("."),
    values: changeAt(values, at) as Record<string, unknown>,
  }));
}

// An empty map or list is a value too: what it would hold is what the chart may read.
function leavesOf(value: unknown, at: Path): readonly Path[] {
  if (value === null || typeof value !== "object") return [at];
  const entries: readonly [string | number, unknown][] = Array.isArray(value)
    ? value.map((item, index) => [index, item])
    : Object.entries(value);
  return entries.length === 0 ? [at] : entries.flatMap(([key, item]) => leavesOf(item, [...at, key]));
}

function changeAt(value: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return another(value);
  if (Array.isArray(value)) return value.map((item: unknown, index) => (index === key ? changeAt(item, rest) : item));
  const map = value as Record<string, unknown>;
  return { ...map, [key]: changeAt(map[key], rest) };
}

function another(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  if (typeof value === "string") return `${value}x`;
  return Array.isArray(value) ? ["another"] : { another: "value" };
}
