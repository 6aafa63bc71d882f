import type { Controller } from "../client/client";
import type { Entity } from "../client/envelope";
import type { Properties, Value } from "../values";

/** One question a program asks the controller while it runs: everything the server and the schema must know about it, as data. */
export interface ProviderFunction {
  /** As in the token `openziti:index:<name>`. */
  readonly name: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly results: readonly Result[];
  /** Asks, never changes. `given` has passed the checks. */
  readonly answer: (world: Asked, given: Properties) => Promise<Properties>;
}

/** Whom a function asks. */
export interface Asked {
  readonly controller: Controller;
  /** The stack's own objects of a kind. */
  readonly listOwn: (collection: string) => Promise<readonly Entity[]>;
}

/** A text or a list of texts the program gives. */
export interface Parameter {
  readonly name: string;
  readonly type: "string" | "texts";
  readonly description: string;
  readonly required?: boolean;
}

/** A value the function gives back; `records` are lists of objects. */
export interface Result {
  readonly name: string;
  readonly type: "string" | "boolean" | "integer" | "texts" | "records";
  readonly description: string;
}

/** Everything that is wrong with what a program gives a function. */
export function argumentProblems({ name, parameters }: ProviderFunction, given: Properties): string[] {
  const known = parameters.map((parameter) => parameter.name);
  const strange = Object.keys(given).filter((key) => !known.includes(key));
  return [
    ...strange.map((key) => `${key} is not an argument of ${name}; allowed: ${known.join(", ") || "none"}`),
    ...parameters.flatMap((parameter) => parameterProblems(parameter, given[parameter.name])),
  ];
}

function parameterProblems({ name, type, required }: Parameter, value: Value | undefined): string[] {
  if (value === undefined) return required ? [`${name} is required`] : [];
  const isText = (item: Value) => typeof item === "string" && item !== "";
  if (type === "string") return isText(value) ? [] : [`${name} must be a text that is not empty`];
  return Array.isArray(value) && value.every(isText) ? [] : [`${name} must be a list of texts`];
}
