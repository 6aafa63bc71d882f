import { Field, FieldType, Problem } from "../kinds/kind";
import { isList, isRecord, unknown, Value } from "../values";

/** Problems of a value that may hold unknown parts, by the type of its field. */
export function typeProblems(field: Field, value: Value): readonly Problem[] {
  return value === unknown ? [] : checks[field.type](field, value);
}

type Check = (field: Field, value: Value) => readonly Problem[];

const maxNameBytes = 1024;

const checks: Readonly<Record<FieldType, Check>> = {
  name: (field, value) => problem(field.name, value, nameProblem(value)),
  string: (field, value) => problem(field.name, value, stringProblem(field, value)),
  pem: (field, value) => problem(field.name, value, typeof value === "string" ? undefined : "must be a PEM text"),
  boolean: (field, value) =>
    problem(field.name, value, typeof value === "boolean" ? undefined : "must be true or false"),
  integer: (field, value) => problem(field.name, value, integerProblem(field, value)),
  attributes: (field, value) => listProblems(field, value, attributeProblem),
  ids: (field, value) => listProblems(field, value, idProblem),
  roles: (field, value) => [...listProblems(field, value, roleProblem), ...roleListProblems(field, value)],
  tags: (field, value) => tagProblems(field.name, value),
  record: (field, value) => shapeProblems(field.name, value, field.default ?? null),
  document: (field, value) => problem(field.name, value, isRecord(value) ? undefined : "must be an object"),
};

function problem(path: string, received: Value, reason: string | undefined): Problem[] {
  return reason === undefined ? [] : [{ path, reason, received }];
}

/** The controller stores names with blanks at the ends, and answers 500 to names over 1024 bytes. */
function nameProblem(value: Value): string | undefined {
  if (typeof value !== "string" || value === "") return "must be a text that is not empty";
  if (value !== value.trim()) return "must not begin or end with a blank: the controller would store another name";
  if (/\p{Cc}/u.test(value)) return "must not contain control characters";
  return Buffer.byteLength(value) > maxNameBytes ? `must not be longer than ${maxNameBytes} bytes` : undefined;
}

function stringProblem({ oneOf, required }: Field, value: Value): string | undefined {
  if (typeof value !== "string" || (required && value === "")) return "must be a text";
  return oneOf === undefined || oneOf.includes(value) ? undefined : `must be one of ${oneOf.join(", ")}`;
}

function integerProblem({ range }: Pick<Field, "range">, value: Value): string | undefined {
  const [low, high] = range ?? [0, Number.MAX_SAFE_INTEGER];
  const isAllowed = Number.isInteger(value) && Number(value) >= low && Number(value) <= high;
  return isAllowed ? undefined : `must be a whole number from ${low} to ${high}`;
}

function listProblems(field: Field, value: Value, check: (text: string) => string | undefined): Problem[] {
  if (!isList(value)) return problem(field.name, value, "must be a list");
  return value.flatMap((item, index) => {
    if (item === unknown) return [];
    const reason = typeof item === "string" ? check(item) : "must be a text";
    return problem(`${field.name}[${index}]`, item, reason);
  });
}

function attributeProblem(text: string): string | undefined {
  if (text === "" || text !== text.trim()) return "must be an attribute without blanks at its ends";
  return /^[#@]/.test(text) ? "must be written without # or @" : undefined;
}

function idProblem(text: string): string | undefined {
  return text === "" || /\s/.test(text) ? "must be the id of an object" : undefined;
}

function roleProblem(text: string): string | undefined {
  const body = text.slice(1);
  if (text.startsWith("@") && !idProblem(body)) return undefined;
  if (text.startsWith("#") && !attributeProblem(body)) return undefined;
  return "must be #attribute, @id (an id, never a name) or #all";
}

function roleListProblems(field: Field, value: Value): Problem[] {
  if (!isList(value)) return [];
  if (value.length === 0 && field.required) {
    return problem(field.name, value, "must have at least one entry: an empty list would match nothing");
  }
  return value.includes("#all") && value.length > 1 ? problem(field.name, value, "#all must be the only entry") : [];
}

function tagProblems(path: string, value: Value): Problem[] {
  if (!isRecord(value)) return problem(path, value, "must be an object of texts");
  return Object.entries(value).flatMap(([key, text]) =>
    problem(`${path}.${key}`, text, typeof text === "string" ? undefined : "must be a text"),
  );
}

/** Compares with the defaults of the field: the same keys, and values of the same type. */
function shapeProblems(path: string, value: Value, shape: Value): Problem[] {
  if (value === unknown) return [];
  if (isRecord(shape)) {
    if (!isRecord(value)) return problem(path, value, "must be an object");
    return Object.entries(value).flatMap(([key, item]) => {
      const expected = shape[key];
      if (expected !== undefined) return shapeProblems(`${path}.${key}`, item, expected);
      return [{ path: `${path}.${key}`, reason: `does not exist; allowed: ${Object.keys(shape).join(", ")}` }];
    });
  }
  if (isList(shape)) {
    const isTexts = isList(value) && value.every((item) => typeof item === "string");
    return problem(path, value, isTexts ? undefined : "must be a list of texts");
  }
  if (typeof shape === "number") return problem(path, value, integerProblem({}, value));
  return problem(path, value, typeof value === typeof shape ? undefined : `must be a ${typeof shape}`);
}
