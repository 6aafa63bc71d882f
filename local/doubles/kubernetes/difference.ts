/** Old inputs against new inputs: which properties change, and whether the object has to be replaced. Pure. */
import { nameOf, namespaceOf } from "./manifest";
import { isAutonamed } from "./naming";
import { type Json, type JsonObject, isObject } from "./properties";

/** How one property changes. */
export type ChangeKind = "add" | "delete" | "update" | "addReplace" | "deleteReplace" | "updateReplace";

/** A changed property; `path` as the engine prints it: `spec.ports[0].port`, `metadata.labels["a.b/c"]`. */
export interface Change {
  path: string;
  kind: ChangeKind;
}

/** The answer to Diff. */
export interface Difference {
  changes: Change[];
  replaces: string[];
  deleteBeforeReplace: boolean;
}

type Path = (string | number)[];

interface RawChange {
  path: Path;
  kind: "add" | "delete" | "update";
  value: Json | undefined;
}

function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (/[."[\]]/.test(part)) return `${text}["${part.replaceAll('"', '\\"')}"]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}

function changesOf(path: Path, before: Json | undefined, after: Json | undefined): RawChange[] {
  const [old, value] = [before ?? undefined, after ?? undefined];
  if (old === value) return [];
  if (old === undefined) return [{ path, kind: "add", value }];
  if (value === undefined) return [{ path, kind: "delete", value: old }];
  if (Array.isArray(old) && Array.isArray(value)) {
    const longer = old.length > value.length ? old : value;
    return longer.flatMap((_, index) => changesOf([...path, index], old[index], value[index]));
  }
  if (isObject(old) && isObject(value)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(value)])].sort();
    return keys.flatMap((key) => changesOf([...path, key], old[key], value[key]));
  }
  return [{ path, kind: "update", value }];
}

// A field is touched by a change at it or below it, and by one above it that carries it.
function touches(change: RawChange, field: string): boolean {
  const parts = field.split(".");
  if (parts.every((part, index) => index >= change.path.length || change.path[index] === part)) {
    const below = parts.slice(change.path.length);
    return (
      below.reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), change.value) !== undefined
    );
  }
  return false;
}

/** Compares normalized inputs. `replacing`: dotted paths of the fields that cannot be changed in place. */
export function diffInputs(before: JsonObject, after: JsonObject, replacing: string[]): Difference {
  const changes = changesOf([], before, after).map((change): Change => {
    const mustReplace = replacing.some((field) => touches(change, field));
    return { path: formatPath(change.path), kind: mustReplace ? `${change.kind}Replace` : change.kind };
  });
  const replaces = changes.filter(({ kind }) => kind.endsWith("Replace")).map(({ path }) => path);
  const isSameObject = nameOf(before) === nameOf(after) && namespaceOf(before) === namespaceOf(after);
  // Two objects cannot have one name, so the old one has to go first, unless a new name is made.
  const deleteBeforeReplace = replaces.length > 0 && isSameObject && nameOf(after) !== "" && !isAutonamed(after);
  return { changes, replaces, deleteBeforeReplace };
}
