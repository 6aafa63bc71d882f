/** Plain data below a path such as `spec.mtls.mode`; undefined where nothing is, or where it is not known yet. */
export function at(node: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => fieldsOf(value)[name], node);
}

/** The items of a list below a path; empty when there is none. */
export function listAt(node: unknown, path: string): readonly unknown[] {
  const value = at(node, path);
  return Array.isArray(value) ? value : [];
}

/** The texts of a list below a path. */
export function textsAt(node: unknown, path: string): readonly string[] {
  return listAt(node, path).filter((item) => typeof item === "string");
}

/** A text below a path; empty when there is none. */
export function textAt(node: unknown, path: string): string {
  const value = at(node, path);
  return typeof value === "string" ? value : "";
}

/** The fields of an object; none for anything else. */
export function fieldsOf(node: unknown): Readonly<Record<string, unknown>> {
  return typeof node === "object" && node !== null ? (node as Record<string, unknown>) : {};
}

/** A scalar and where it is: names of fields, and positions in lists. */
export interface Leaf {
  readonly path: readonly string[];
  readonly value: string | number | boolean;
}

/** Every scalar inside, depth first. */
export function leavesOf(node: unknown, path: readonly string[] = []): readonly Leaf[] {
  if (typeof node === "string" || typeof node === "number" || typeof node === "boolean") return [{ path, value: node }];
  return Object.entries(fieldsOf(node)).flatMap(([name, child]) => leavesOf(child, [...path, name]));
}
