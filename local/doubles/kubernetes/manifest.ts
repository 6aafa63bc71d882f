/** Reading and normalizing Kubernetes objects as plain JSON. Pure. */
import { type Json, type JsonObject, containsUnknown, isObject, mapValues } from "./properties";

/** Annotation of an object whose name was made here. */
export const AUTONAMED = "pulumi.com/autonamed";
/** Annotation that lets an update take fields over from other field managers. */
export const PATCH_FORCE = "pulumi.com/patchForce";
/** Annotation that names the field manager of an update. */
export const PATCH_FIELD_MANAGER = "pulumi.com/patchFieldManager";
/** Annotation that chooses foreground, background or orphan deletion. */
export const DELETION_PROPAGATION = "pulumi.com/deletionPropagationPolicy";

/** The object at a path, or the empty object. */
export function objectAt(object: JsonObject, ...path: string[]): JsonObject {
  const found = path.reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), object);
  return isObject(found) ? found : {};
}

/** A string of an object, or "" when it is missing or not (yet) a string. */
export function textAt(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : "";
}

/** `metadata.name`, or "". */
export const nameOf = (object: JsonObject): string => textAt(objectAt(object, "metadata"), "name");

/** `metadata.namespace`, or "". */
export const namespaceOf = (object: JsonObject): string => textAt(objectAt(object, "metadata"), "namespace");

/** An annotation, or "". */
export const annotationOf = (object: JsonObject, key: string): string =>
  textAt(objectAt(object, "metadata", "annotations"), key);

/** The object with these members of `metadata` set; undefined removes one. */
export function withMetadata(object: JsonObject, change: Record<string, Json | undefined>): JsonObject {
  const entries = Object.entries({ ...objectAt(object, "metadata"), ...change });
  const metadata = Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
  return { ...object, metadata };
}

/** The id of a resource: `namespace/name`, or `name` for a cluster-scoped object. */
export function idOf(object: JsonObject): string {
  return namespaceOf(object) === "" ? nameOf(object) : `${namespaceOf(object)}/${nameOf(object)}`;
}

/** The parts of an id. Throws for one that has more than a namespace and a name. */
export function parseId(id: string): { namespace: string; name: string } {
  const parts = id.split("/");
  if (parts.length > 2 || parts.includes(""))
    throw new Error(`id "${id}": expected "name" or "namespace/name", for example "default/web"`);
  return parts.length === 1 ? { namespace: "", name: id } : { namespace: parts[0] ?? "", name: parts[1] ?? "" };
}

// Property names of the SDKs cannot hold dashes.
const dashed: Record<string, string> = Object.fromEntries(
  [
    "embedded_resource",
    "int_or_string",
    "list_map_keys",
    "list_type",
    "map_type",
    "preserve_unknown_fields",
    "validations",
  ]
    .map((name) => `x_kubernetes_${name}`)
    .map((name) => [name, name.replaceAll("_", "-")]),
);
const underscored = Object.fromEntries(Object.entries(dashed).map(([name, dashes]) => [dashes, name]));

function renameKeys(value: Json, names: Record<string, string>): Json {
  if (Array.isArray(value)) return value.map((item) => renameKeys(item, names));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [names[key] ?? key, renameKeys(item, names)]));
}

/** The object with the SDK's `x_kubernetes_…` keys as the API server spells them. */
export const toManifest = (object: JsonObject): JsonObject => renameKeys(object, dashed) as JsonObject;

/** The API server's object with the keys as the SDK spells them. */
export const fromManifest = (object: JsonObject): JsonObject => renameKeys(object, underscored) as JsonObject;

const readOnlyMetadata = {
  creationTimestamp: undefined,
  deletionGracePeriodSeconds: undefined,
  deletionTimestamp: undefined,
  generation: undefined,
  managedFields: undefined,
  resourceVersion: undefined,
  uid: undefined,
};

/** Whether the object is a core Secret. */
export const isSecret = (object: JsonObject): boolean => object.apiVersion === "v1" && object.kind === "Secret";

/** Whether the object is a CustomResourceDefinition. */
export const isCrd = (object: JsonObject): boolean =>
  object.kind === "CustomResourceDefinition" && textAt(object, "apiVersion").startsWith("apiextensions.k8s.io/");

// The API server moves stringData into data, so that is the form in which old and new are compared.
function withEncodedData(secret: JsonObject): JsonObject {
  const { stringData, ...rest } = secret;
  if (!isObject(stringData)) return secret;
  const encoded = mapValues(stringData, (value) =>
    typeof value === "string" ? Buffer.from(value).toString("base64") : value,
  );
  return { ...rest, data: { ...objectAt(secret, "data"), ...encoded } };
}

/** The inputs in the form in which they are sent and compared: no read-only metadata, a Secret's data encoded. */
export function normalizeInputs(inputs: JsonObject): JsonObject {
  const writable = isObject(inputs.metadata) ? withMetadata(inputs, readOnlyMetadata) : inputs;
  if (isSecret(writable) && !containsUnknown(writable)) return withEncodedData(writable);
  return isCrd(writable) ? withoutStatus(writable) : writable;
}

/** The object as it is before a controller has looked at it. */
export function withoutStatus(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== "status"));
}
