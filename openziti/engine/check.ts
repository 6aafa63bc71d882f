import { Field, Kind, Problem } from "../kinds/kind";
import { containsUnknown, isRecord, Properties, Value, withDefaults } from "../values";
import { typeProblems } from "./field-types";

/** Complete inputs, and everything that is wrong with them. */
interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly Failure[];
}

/** One problem, as the user reads it: the reason names the exact path within the property, and what was received. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** What the provider adds to a check. */
interface CheckOptions {
  /** Tags every object gets. */
  readonly ownTags: Readonly<Record<string, string>>;
  /** Names of properties whose values must not be shown. */
  readonly secrets: ReadonlySet<string>;
}

/** Fills in defaults and the provider's tags, and lists every problem at once. Never asks the controller. */
export function check(kind: Kind, given: Properties, { ownTags, secrets }: CheckOptions): Checked {
  const inputs = complete(kind, given, ownTags);
  const problems = [
    ...strangers(kind, given),
    ...kind.fields.flatMap((field) => fieldProblems(field, given[field.name], inputs[field.name])),
    ...ownTagProblems(given["tags"], ownTags),
    ...(kind.problems?.(inputs) ?? []),
  ];
  const hidden = new Set([...secrets, ...kind.fields.filter(({ secret }) => secret).map(({ name }) => name)]);
  return { inputs, failures: problems.map((problem) => toFailure(problem, hidden)) };
}

function complete(kind: Kind, given: Properties, ownTags: Properties): Properties {
  const inputs: Record<string, Value> = {};
  for (const field of kind.fields) {
    const value = withDefaults(given[field.name], field.default);
    if (value !== undefined) inputs[field.name] = field.type === "pem" ? withoutBlanks(value) : value;
  }
  if (isRecord(inputs["tags"])) inputs["tags"] = { ...inputs["tags"], ...ownTags };
  return inputs;
}

function withoutBlanks(value: Value): Value {
  return typeof value === "string" ? value.trim() : value;
}

function strangers(kind: Kind, given: Properties): Problem[] {
  const allowed = kind.fields.map(({ name }) => name);
  const unknownNames = Object.keys(given).filter((name) => !allowed.includes(name));
  return unknownNames.map((name) => ({
    path: name,
    reason: `is not a property of ${kind.name}; allowed: ${allowed.join(", ")}`,
  }));
}

function fieldProblems(field: Field, given: Value | undefined, value: Value | undefined): readonly Problem[] {
  if (field.required && (given === undefined || given === null)) return [{ path: field.name, reason: "is required" }];
  if (value === undefined) return [];
  const problems = typeProblems(field, value);
  if (problems.length > 0 || containsUnknown(value)) return problems;
  return field.problems?.(value) ?? [];
}

function ownTagProblems(tags: Value | undefined, ownTags: Readonly<Record<string, string>>): Problem[] {
  const given = isRecord(tags) ? tags : {};
  const taken = Object.keys(ownTags).filter((key) => given[key] !== undefined && given[key] !== ownTags[key]);
  return taken.map((key) => ({ path: `tags.${key}`, reason: "is set by the provider and cannot be chosen" }));
}

const longestShown = 120;

function toFailure({ path, reason, received }: Problem, hidden: ReadonlySet<string>): Failure {
  const property = path.split(/[.[]/, 1)[0] ?? path;
  if (received === undefined || hidden.has(property)) return { property, reason: `${path} ${reason}` };
  const shown = JSON.stringify(received);
  const text = shown.length > longestShown ? `${shown.slice(0, longestShown)}…` : shown;
  return { property, reason: `${path} ${reason} (received ${text})` };
}
