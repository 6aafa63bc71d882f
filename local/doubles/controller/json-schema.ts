/** The part of JSON schema that config types and request bodies use. */
export interface Schema {
  $ref?: string;
  definitions?: Record<string, Schema>;
  type?: string;
  nullable?: boolean;
  const?: unknown;
  enum?: readonly unknown[];
  required?: readonly string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean;
  items?: Schema;
  minItems?: number;
  uniqueItems?: boolean;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  allOf?: readonly Schema[];
  if?: Schema;
  then?: Schema;
  else?: Schema;
}

/** One reason why a value does not fit: `path` is dotted and empty at the root, `keyword` is the schema's. */
export interface Problem {
  path: string;
  keyword: string;
  reason: string;
  value: unknown;
  /** The property that `required` misses. */
  missing?: string;
}

type Fields = Record<string, unknown>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

function fitsType(type: string, value: unknown): boolean {
  const actual = typeOf(value);
  return actual === type || (type === "number" && actual === "integer");
}

// keyword -> the reason why the value breaks it, or undefined. Each looks only at values of the type it is about.
type Check = (schema: Schema, value: unknown) => string | undefined;
const checks: Record<string, Check> = {
  const: (schema, value) => (value === schema.const ? undefined : `must be ${JSON.stringify(schema.const)}`),
  enum: (schema, value) =>
    schema.enum?.includes(value) === false ? `should be one of [${schema.enum.join(" ")}]` : undefined,
  minItems: (schema, value) =>
    Array.isArray(value) && value.length < schema.minItems! ? `at least ${schema.minItems} items` : undefined,
  uniqueItems: (_schema, value) =>
    Array.isArray(value) && new Set(value.map((item) => JSON.stringify(item))).size < value.length
      ? "items must be unique"
      : undefined,
  minimum: (schema, value) =>
    typeof value === "number" && value < schema.minimum! ? `must be ${schema.minimum} or more` : undefined,
  maximum: (schema, value) =>
    typeof value === "number" && value > schema.maximum! ? `must be ${schema.maximum} or less` : undefined,
  minLength: (schema, value) =>
    typeof value === "string" && value.length < schema.minLength!
      ? `should be at least ${schema.minLength} chars long`
      : undefined,
  maxLength: (schema, value) =>
    typeof value === "string" && value.length > schema.maxLength!
      ? `should be at most ${schema.maxLength} chars long`
      : undefined,
  pattern: (schema, value) =>
    typeof value === "string" && !new RegExp(schema.pattern!).test(value) ? `must match ${schema.pattern}` : undefined,
};

/** Every reason why a value does not fit a schema; empty when it fits. `$ref` points into the root's definitions. */
export function validateSchema(root: Schema, value: unknown): Problem[] {
  return walk(root, root, value, "");
}

function walk(root: Schema, schema: Schema, value: unknown, path: string): Problem[] {
  const target = schema.$ref === undefined ? schema : findDefinition(root, schema.$ref);
  if (value === null && target.nullable === true) return [];
  if (target.type !== undefined && !fitsType(target.type, value)) {
    return [{ path, keyword: "type", reason: `must be of type ${target.type}`, value }];
  }
  const problems = Object.entries(checks).flatMap(([keyword, check]) => {
    const reason = keyword in target ? check(target, value) : undefined;
    return reason === undefined ? [] : [{ path, keyword, reason, value }];
  });
  if (Array.isArray(value) && target.items !== undefined) {
    for (const [index, item] of value.entries()) {
      problems.push(...walk(root, target.items, item, join(path, String(index))));
    }
  }
  if (isObject(value)) problems.push(...walkObject(root, target, value, path));
  for (const part of target.allOf ?? []) problems.push(...walk(root, part, value, path));
  return [...problems, ...walkCondition(root, target, value, path)];
}

function walkObject(root: Schema, schema: Schema, value: Fields, path: string): Problem[] {
  const problems: Problem[] = [];
  for (const name of schema.required ?? []) {
    if (!(name in value))
      problems.push({ path, keyword: "required", reason: `${name} is required`, value, missing: name });
  }
  for (const [name, child] of Object.entries(value)) {
    const known = schema.properties?.[name];
    if (known !== undefined) problems.push(...walk(root, known, child, join(path, name)));
    else if (schema.additionalProperties === false) {
      problems.push({ path, keyword: "additionalProperties", reason: `property ${name} is not allowed`, value });
    }
  }
  return problems;
}

// A condition that fails says only which branch it was: that is all the engine's validator tells first.
function walkCondition(root: Schema, schema: Schema, value: unknown, path: string): Problem[] {
  if (schema.if === undefined) return [];
  const branch = walk(root, schema.if, value, path).length === 0 ? "then" : "else";
  const target = schema[branch];
  const problems = target === undefined ? [] : walk(root, target, value, path);
  if (problems.length === 0) return [];
  return [{ path, keyword: branch, reason: `Must validate "${branch}"`, value }, ...problems];
}

function findDefinition(root: Schema, reference: string): Schema {
  const name = reference.replace("#/definitions/", "");
  const definition = root.definitions?.[name];
  if (definition === undefined) throw new Error(`The schema has no definition ${name}`);
  return definition;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
