import { Field, Kind, setsOf } from "../kinds/kind";
import { canonical, containsUnknown, isEqual, isList, isRecord, Properties, Value, withDefaults } from "../values";

/** One changed property. Paths of added entries count in the new list, those of deleted ones in the old. */
export interface Change {
  readonly path: string;
  readonly kind: "add" | "update" | "delete";
  /** The change needs a new object. */
  readonly replaces: boolean;
  /** It is about what the controller computed, not about inputs. Default false. */
  readonly isOutput?: boolean;
}

/** What differs between two sets of inputs of one object; empty when they mean the same. Unknown values differ. */
export function diff(kind: Kind, olds: Properties, news: Properties): Change[] {
  return kind.fields.flatMap((field) => {
    const old = withDefaults(olds[field.name], field.default);
    const now = withDefaults(news[field.name], field.default);
    if (field.onlyAtCreation && now === undefined) return []; // its work is done: no reason to replace the object
    const changes = new Map(compare(field.name, old, now, setsOf(field), field.name));
    return [...changes].map(([path, change]) => ({ path, kind: change, replaces: replaces(field) }));
  });
}

/** True when the replacement takes the old object's name, so that the old one has to go first. */
export function mustDeleteFirst(changes: readonly Change[]): boolean {
  const isRenamed = changes.some(({ path }) => path === "name");
  return !isRenamed && changes.some(({ replaces }) => replaces);
}

function replaces(field: Field): boolean {
  return field.replaces === true;
}

type Entry = readonly [path: string, kind: Change["kind"]];

function compare(
  path: string,
  old: Value | undefined,
  now: Value | undefined,
  sets: readonly string[],
  key: string,
): Entry[] {
  if (old === undefined) return now === undefined ? [] : [[path, "add"]];
  if (now === undefined) return [[path, "delete"]];
  if (isEqual(old, now, sets, key)) return [];
  if (isRecord(old) && isRecord(now)) return compareRecords(path, old, now, sets);
  if (isList(old) && isList(now)) {
    return sets.includes(key) ? compareSets(path, old, now, sets) : compareLists(path, old, now, sets);
  }
  return [[path, "update"]];
}

function compareRecords(path: string, old: Properties, now: Properties, sets: readonly string[]): Entry[] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names.flatMap((name) => compare(join(path, name), old[name], now[name], sets, name));
}

function compareLists(path: string, old: readonly Value[], now: readonly Value[], sets: readonly string[]): Entry[] {
  const indexes = [...Array(Math.max(old.length, now.length)).keys()];
  return indexes.flatMap((index) => compare(`${path}[${index}]`, old[index], now[index], sets, ""));
}

/** Entries only one side has. Where one goes and another comes at the same index, that is an update of the entry. */
function compareSets(path: string, old: readonly Value[], now: readonly Value[], sets: readonly string[]): Entry[] {
  const gone = missingFrom(now, old, sets);
  const added = missingFrom(old, now, sets);
  return [
    ...gone.map((index): Entry => [`${path}[${index}]`, "delete"]),
    ...added.map((index): Entry => [`${path}[${index}]`, gone.includes(index) ? "update" : "add"]),
  ];
}

function missingFrom(others: readonly Value[], items: readonly Value[], sets: readonly string[]): number[] {
  const known = new Set(others.filter((item) => !containsUnknown(item)).map((item) => canonical(item, sets)));
  return [...items.keys()].filter((index) => {
    const item = items[index] ?? null;
    return containsUnknown(item) || !known.has(canonical(item, sets));
  });
}

/** Pulumi's notation: a name that is not plain is quoted in brackets. */
function join(path: string, name: string): string {
  return /^[^.[\]"]+$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}
