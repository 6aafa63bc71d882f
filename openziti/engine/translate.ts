import { Field, Kind, setsOf, wireName } from "../kinds/kind";
import { isEqual, isList, isRecord, Properties, unknown, Value, withDefaults } from "../values";

/** An object as the controller returns it. */
export type Detail = Readonly<Record<string, unknown>>;

/** The body of a create request. `references` gives the ids for fields that name another object. */
export function toBody(kind: Kind, inputs: Properties, references: Properties): Properties {
  const body: Record<string, Value> = { ...kind.constants };
  for (const field of kind.fields) {
    const value = references[field.name] ?? inputs[field.name];
    if (value === undefined || value === "" || field.isLocal) continue; // an empty text means "none", which the API says by leaving out
    body[wireName(field)] = field.type === "record" ? withoutEmpty(value) : value;
  }
  return body;
}

/** What the controller stores, in the terms a program uses. Without what only exists at creation. */
export function toProperties(kind: Kind, detail: Detail): Properties {
  const readable = kind.fields.filter(isReadable);
  return Object.fromEntries(readable.map((field) => [field.name, readField(field, detail) ?? null]));
}

/**
 * The inputs that describe the object as it is. Where `olds` mean the same they are kept, so that another order is no
 * drift; entries others added to a shared list are left out.
 */
export function toInputs(kind: Kind, detail: Detail, olds: Properties): Properties {
  const actual = toProperties(kind, detail);
  const inputs: Record<string, Value> = {};
  for (const field of kind.fields) {
    const old = olds[field.name];
    const value = !isReadable(field) ? old : visible(field, actual[field.name] ?? null, old);
    if (value !== undefined) inputs[field.name] = old !== undefined && sameValue(field, old, value) ? old : value;
  }
  return inputs;
}

/** Exactly what a PATCH must carry to bring the object to `news`, by API name; empty when nothing has to change. */
export function toPatch(kind: Kind, detail: Detail, olds: Properties, news: Properties): Properties {
  const actual = toProperties(kind, detail);
  const patch: Record<string, Value> = {};
  for (const field of kind.fields.filter((each) => !each.replaces && !each.isLocal)) {
    const current = (field.isWriteOnly ? olds[field.name] : actual[field.name]) ?? null;
    const wanted = desired(field, current, olds[field.name], news[field.name]);
    if (wanted !== undefined && !sameValue(field, current, wanted)) patch[wireName(field)] = wanted;
  }
  return complete(kind, patch, news);
}

/** What a PATCH must carry for a change of the declared values alone, whatever the object is like; by API name. */
export function toDeclaredPatch(kind: Kind, olds: Properties, news: Properties): Properties {
  const changed = kind.fields.filter((field) => {
    const [old, now] = [olds[field.name] ?? null, news[field.name] ?? null];
    return !field.replaces && !field.isLocal && !sameValue(field, old, now);
  });
  return complete(kind, Object.fromEntries(changed.map((field) => [wireName(field), news[field.name] ?? null])), news);
}

/** A change with what the controller wants in every change; no change stays none. */
function complete(kind: Kind, patch: Properties, news: Properties): Properties {
  if (Object.keys(patch).length === 0) return patch;
  const demanded = kind.fields.filter(({ inEveryPatch }) => inEveryPatch);
  return { ...Object.fromEntries(demanded.map((field) => [wireName(field), news[field.name] ?? null])), ...patch };
}

/** Names of the fields in which the object is not what `inputs` say. */
export function mismatches(kind: Kind, detail: Detail, inputs: Properties): string[] {
  const actual = toProperties(kind, detail);
  const compared = kind.fields.filter((field) => isReadable(field) && inputs[field.name] !== undefined);
  const different = compared.filter((field) => {
    const wanted = inputs[field.name] ?? null;
    return !sameValue(field, visible(field, actual[field.name] ?? null, wanted), wanted);
  });
  return different.map(({ name }) => name);
}

/** The state of an object: its inputs and what the controller computed. */
export function toState(kind: Kind, inputs: Properties, detail: Detail, previous: Properties = {}): Properties {
  const computed = kind.outputs.map(({ name, type, from, kept }) => {
    const found = from.map((path) => follow(detail, path)).find((value) => value !== undefined && value !== null);
    if (type === "boolean") return [name, found !== undefined && found !== false] as const;
    return [name, found ?? (kept ? previous[name] : undefined) ?? ""] as const;
  });
  return { ...inputs, ...(Object.fromEntries(computed) as Properties) };
}

/** The state a preview shows: what the controller will compute is unknown, or as it was before an update. */
export function toPlannedState(kind: Kind, inputs: Properties, previous: Properties = {}): Properties {
  const computed = kind.outputs.map(({ name }) => [name, previous[name] ?? unknown] as const);
  return { ...inputs, ...Object.fromEntries(computed) };
}

/** Whether the controller shows what it stores. */
function isReadable({ onlyAtCreation, isWriteOnly, isLocal }: Field): boolean {
  return !onlyAtCreation && !isWriteOnly && !isLocal;
}

function readField(field: Field, detail: Detail): Value | undefined {
  const raw = follow(detail, field.reference?.readFrom ?? [wireName(field)]) as Value | undefined;
  if (field.type === "pem" && typeof raw === "string") return raw.trim();
  if (field.type !== "tags") return withDefaults(raw, field.default);
  const tags = Object.entries(isRecord(raw) ? raw : {}).filter(([, value]) => value !== null);
  return Object.fromEntries(
    tags.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

function follow(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((found, key) => (found as Detail | null | undefined)?.[key], value);
}

function sameValue(field: Field, a: Value, b: Value): boolean {
  return isEqual(a, b, setsOf(field), field.name);
}

/** The part of a list that is ours to look at. Without earlier inputs, as at an import, that is all of it. */
function visible(field: Field, actual: Value, owned: Value | undefined): Value {
  if (!field.shared || !isList(owned) || !isList(actual)) return actual;
  return actual.filter((item) => owned.includes(item));
}

/** The value to store: of a shared list, what others put there stays. */
function desired(field: Field, current: Value, old: Value | undefined, now: Value | undefined): Value | undefined {
  if (!field.shared || !isList(now) || !isList(current)) return now;
  const released = isList(old) ? old : [];
  const foreign = current.filter((item) => !released.includes(item) && !now.includes(item));
  return [...foreign, ...now];
}

function withoutEmpty(value: Value): Value {
  if (!isRecord(value)) return value;
  const filled = Object.entries(value).filter(([, item]) => item !== "" && item !== null);
  return Object.fromEntries(filled.map(([key, item]) => [key, withoutEmpty(item)]));
}
