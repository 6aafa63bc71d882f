import type { Failure } from "./engine/check";
import type { Properties } from "./values";

/** What a resource takes that is no object of the controller. */
export interface Shape {
  /** Name of the class, as in the type token `openziti:index:<name>`. */
  readonly name: string;
  readonly description: string;
  /** As in the schema. */
  readonly inputs: Readonly<Record<string, object>>;
  readonly required: readonly string[];
  /** Problems of values that are given. */
  readonly problems?: (given: Properties) => readonly Failure[];
}

/** Its type token. */
export function shapeToken({ name }: Shape): string {
  return `openziti:index:${name}`;
}

/** Everything that is wrong with what a program gives. */
export function shapeProblems(shape: Shape, given: Properties): readonly Failure[] {
  const known = Object.keys(shape.inputs);
  const strange = Object.keys(given).filter((property) => !known.includes(property));
  const missing = shape.required.filter((property) => given[property] === undefined);
  return [
    ...strange.map((property) => {
      const allowed = known.join(", ") || "none";
      return { property, reason: `${property} is no property of ${shape.name}; allowed: ${allowed}` };
    }),
    ...missing.map((property) => ({ property, reason: `${property} is required` })),
    ...(missing.length === 0 ? (shape.problems?.(given) ?? []) : []),
  ];
}
