/** Who owns which field, as server-side apply records it in `metadata.managedFields`. Pure. */
import { objectAt } from "./manifest";
import { type Json, type JsonObject, isObject } from "./properties";

/** The manager of a plain create: it is not known before an object's first update whether the object is applied at all. */
export const CREATE_MANAGER = "pulumi-kubernetes";

function entriesOf(live: JsonObject): JsonObject[] {
  const entries = objectAt(live, "metadata").managedFields;
  return Array.isArray(entries) ? entries.filter(isObject) : [];
}

const isFromCreate = (entry: JsonObject): boolean =>
  entry.manager === CREATE_MANAGER && entry.operation === "Update" && entry.subresource === undefined;

/** Whether fields still belong to the create of this plugin rather than to an apply. */
export const isOwnedByCreate = (live: JsonObject): boolean => entriesOf(live).some(isFromCreate);

function mergeFields(one: Json, other: Json): Json {
  if (!isObject(one) || !isObject(other)) return one;
  const shared = Object.keys(other).map((key) => [key, mergeFields(one[key] ?? other[key] ?? {}, other[key] ?? {})]);
  return { ...one, ...(Object.fromEntries(shared) as JsonObject) };
}

/**
 * The JSON patch that hands the fields of the create over to the manager that applies from now on. Without it the first
 * apply would conflict with the object's own create, and could never remove a field. Undefined: nothing to hand over.
 */
export function handOverPatch(live: JsonObject, manager: string): Json | undefined {
  const entries = entriesOf(live);
  const created = entries.find(isFromCreate);
  if (created === undefined) return undefined;
  const isApplied = (entry: JsonObject): boolean => entry.manager === manager && entry.operation === "Apply";
  const applied = entries.find(isApplied);
  const fieldsV1 = mergeFields(created.fieldsV1 ?? {}, applied?.fieldsV1 ?? {});
  const owner = { ...created, manager, operation: "Apply", fieldsV1 };
  const others = entries.filter((entry) => !isFromCreate(entry) && !isApplied(entry));
  return [
    { op: "replace", path: "/metadata/managedFields", value: [...others, owner] },
    { op: "replace", path: "/metadata/resourceVersion", value: objectAt(live, "metadata").resourceVersion ?? "" },
  ];
}
