/**
 * The property values of Pulumi's provider protocol as JavaScript: a protobuf Struct in which a secret is an object with
 * a signature and an unknown is a sentinel string. Knows nothing of Kubernetes.
 */
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Stands in a preview for a value that is known only after the update. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value without secrets, as an HTTP API takes it. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** A value that must stay encrypted in state and masked in output. */
export class SecretValue {
  constructor(readonly value: PropertyValue) {}
}

/** A value as the engine exchanges it: JSON in which any part may be secret. */
export type PropertyValue = null | boolean | number | string | PropertyValue[] | PropertyMap | SecretValue;
export interface PropertyMap {
  [key: string]: PropertyValue;
}

/** Whether the value is a map, and neither a list, a secret nor null. */
export function isMap(value: unknown): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof SecretValue);
}

/** Whether the value is a plain JSON object, and neither a list nor null. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Applies a function to every member of an object, keeping its keys. */
export function mapValues<T, U>(object: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

function fromWire(value: JavaScriptValue): PropertyValue {
  if (Array.isArray(value)) return value.map(fromWire);
  if (typeof value !== "object" || value === null) return value;
  const map = value as Record<string, JavaScriptValue>;
  if (map[signatureKey] === secretSignature) return new SecretValue(fromWire(map.value ?? null));
  return mapValues(map, fromWire);
}

function toWire(value: PropertyValue): JavaScriptValue {
  if (value instanceof SecretValue) return { [signatureKey]: secretSignature, value: toWire(value.value) };
  if (Array.isArray(value)) return value.map(toWire);
  return isMap(value) ? mapValues(value, toWire) : value;
}

/** The properties of a request. A missing Struct is the empty map. */
export function decodeProperties(struct: Struct | undefined): PropertyMap {
  return struct === undefined ? {} : mapValues(struct.toJavaScript(), fromWire);
}

/** The properties of a response; secrets carry the signature. */
export function encodeProperties(properties: PropertyMap): Struct {
  return Struct.fromJavaScript(mapValues(properties, toWire));
}

/** The same value with its secrets in clear: for the wire to the API server, never for a message. */
export function revealSecrets(value: PropertyMap): JsonObject {
  return mapValues(value, reveal);
}

function reveal(value: PropertyValue): Json {
  if (value instanceof SecretValue) return reveal(value.value);
  if (Array.isArray(value)) return value.map(reveal);
  return isMap(value) ? mapValues(value, reveal) : value;
}

/** Whether some part of the value is secret. */
export function containsSecret(value: PropertyValue): boolean {
  if (value instanceof SecretValue) return true;
  if (Array.isArray(value)) return value.some(containsSecret);
  return isMap(value) && Object.values(value).some(containsSecret);
}

/** Whether some part of the value is known only after the update. */
export function containsUnknown(value: Json): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isObject(value) && Object.values(value).some(containsUnknown);
}

function secretStrings(value: PropertyValue, inSecret: boolean): string[] {
  if (value instanceof SecretValue) return secretStrings(value.value, true);
  if (typeof value === "string") return inSecret && value !== "" ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => secretStrings(item, inSecret));
  return isMap(value) ? Object.values(value).flatMap((item) => secretStrings(item, inSecret)) : [];
}

/** The message without the secret strings of the properties, plain or base64: a server quotes the values it refuses. */
export function redactSecrets(message: string, properties: PropertyMap): string {
  const secrets = secretStrings(properties, false).flatMap((text) => [text, Buffer.from(text).toString("base64")]);
  const longestFirst = secrets.sort((a, b) => b.length - a.length);
  return longestFirst.reduce((text, secret) => text.replaceAll(secret, "[secret]"), message);
}
