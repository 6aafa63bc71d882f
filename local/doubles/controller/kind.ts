import { ApiError, fieldError, unhandled } from "./errors";
import { Schema, validateSchema } from "./json-schema";
import type { Entity, Fields } from "./store";
import type { SymbolType } from "./filter-types";
import type { World } from "./world";

/** How one field of a kind is written: what a body may hold, and what it is when a POST or PUT leaves it out. */
export interface Field {
  schema: Schema;
  initial: unknown;
  /** Bodies of these requests must hold it. */
  required?: readonly Write[];
  /** Bodies of these requests are read for it, all when absent; others are accepted and ignored. */
  writes?: readonly Write[];
  /** A PATCH is read as if it did not name the field. */
  unpatched?: true;
  /** Stored sorted and without duplicates; an empty list is stored as this (`null` for most). */
  emptySet?: null | readonly never[];
}

/** The three ways to write an object: POST, PUT, PATCH. */
export type Write = "create" | "replace" | "patch";

/** Everything the controller knows about one collection, as a table with a few hooks. */
export interface Kind {
  collection: string;
  singular: string;
  fields: Record<string, Field>;
  /** What a filter may name, besides what every kind has. */
  filterable: Record<string, SymbolType>;
  /** Refuses (by throwing) what the schema cannot. Runs before names are compared. */
  check?(world: World, next: Fields, previous: Entity | undefined, write: Write): void;
  /** Runs after a write, for objects that come with this one. */
  written?(world: World, entity: Entity, body: Fields, previous?: Entity): void;
  /** Refuses (by throwing) or cleans up before a deletion. */
  removing?(world: World, entity: Entity): void;
  /** What the detail shows beside or instead of the stored fields; undefined hides a field. */
  toDetail?(world: World, entity: Entity): Fields;
}

const textSchema: Schema = { type: "string", nullable: true };

/** A text that POST and PUT must hold. */
export function requiredText(): Field {
  return { schema: textSchema, initial: "", required: ["create", "replace"] };
}

/** A free value of one JSON type with a default. */
export function optional(type: string, initial: unknown): Field {
  return { schema: { type, nullable: true }, initial };
}

/** A list of texts that is a set. */
export function textSet(empty: null | readonly never[] = null): Field {
  return { schema: { type: "array", nullable: true, items: { type: "string" } }, initial: empty, emptySet: empty };
}

/** Name and tags, which most kinds have. */
export const named: Record<string, Field> = { name: requiredText(), tags: optional("object", {}) };

function mayWrite(field: Field, write: Write): boolean {
  return field.writes?.includes(write) ?? true;
}

/** Refuses a body that does not fit: an unreadable type is COULD_NOT_PARSE_BODY, everything else names its field. */
export function checkBody(kind: Kind, write: Write, body: Fields): void {
  const schema: Schema = {
    type: "object",
    properties: Object.fromEntries(Object.entries(kind.fields).map(([name, field]) => [name, field.schema])),
  };
  // A PATCH may hold a part of a group.
  const problems = validateSchema(schema, body).filter(({ missing }) => write !== "patch" || missing === undefined);
  const unreadable = problems.find((problem) => problem.keyword === "type");
  if (unreadable !== undefined) {
    throw new ApiError("COULD_NOT_PARSE_BODY", { message: `${unreadable.path} ${unreadable.reason}` });
  }
  for (const [name, field] of Object.entries(kind.fields)) {
    if (field.required?.includes(write) === true && (body[name] ?? null) === null) {
      throw fieldError(name, `${name} in body is required`, "<nil>");
    }
  }
  const problem = problems[0];
  if (problem?.missing !== undefined) {
    const path = `${problem.path}.${problem.missing}`;
    throw fieldError(path, `${path} in body is required`, "<nil>");
  }
  if (problem !== undefined) throw fieldError(problem.path, `${problem.path} in body ${problem.reason}`, problem.value);
}

function toStored(field: Field, value: unknown): unknown {
  if (field.emptySet === undefined) return value;
  const set = [...new Set(value as string[] | null)].sort();
  return set.length === 0 ? field.emptySet : set;
}

/** The fields a POST or PUT leaves: what the body holds, defaults for the rest. */
export function toReplaced(kind: Kind, write: Write, body: Fields): Fields {
  const next: Fields = {};
  for (const [name, field] of Object.entries(kind.fields)) {
    if (mayWrite(field, write)) next[name] = toStored(field, body[name] ?? field.initial);
  }
  return next;
}

/** The fields a PATCH changes. Null counts as absent; a body that names no field at all is an UNHANDLED error. */
export function toPatched(kind: Kind, body: Fields): Fields {
  const next: Fields = {};
  let touched = 0;
  for (const [name, value] of Object.entries(body)) {
    const field = kind.fields[name];
    if (value === null || field?.unpatched === true) continue;
    touched += 1;
    if (field !== undefined && mayWrite(field, "patch")) next[name] = toStored(field, value);
  }
  if (touched === 0) throw unhandled("no fields updated, nothing to do");
  return next;
}
