import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { isList, isRecord, Properties, Value } from "../values";

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Properties in clear, and the names of those that were secret or held a secret anywhere within. */
export interface Opened {
  readonly properties: Properties;
  readonly secrets: ReadonlySet<string>;
}

/** Takes the secrets out of their envelopes. A property that is null is one that was not given. */
export function fromStruct(struct: Struct | undefined): Opened {
  const properties: Record<string, Value> = {};
  const secrets = new Set<string>();
  for (const [name, raw] of Object.entries((struct?.toJavaScript() ?? {}) as Properties)) {
    const value = open(raw, () => secrets.add(name));
    if (value !== null) properties[name] = value;
  }
  return { properties, secrets };
}

/** Puts every property named in `secrets` into an envelope, whole: the engine encrypts what is inside. */
export function toStruct(properties: Properties, secrets: ReadonlySet<string>): Struct {
  const sealed = Object.entries(properties).map(([name, value]) => {
    return [name, secrets.has(name) ? { [signatureKey]: secretSignature, value } : value] as const;
  });
  return Struct.fromJavaScript(Object.fromEntries<JavaScriptValue>(sealed as [string, JavaScriptValue][]));
}

function open(value: Value, onSecret: () => void): Value {
  if (isList(value)) return value.map((item) => open(item, onSecret));
  if (!isRecord(value)) return value;
  if (value[signatureKey] === secretSignature) {
    onSecret();
    return open(value["value"] ?? null, onSecret);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, open(item, onSecret)]));
}
