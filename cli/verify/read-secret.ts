import type { ApiServer } from "../../kubernetes/api-server";
import type { Reading } from "../../kubernetes/reading";

interface SecretObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** One Secret, decoded; undefined when there is none. */
export async function readSecret(
  api: ApiServer,
  namespace: string,
  name: string,
): Promise<Reading<ReadonlyMap<string, string> | undefined>> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`;
  const reading = await api.get<SecretObject>(path, { verb: "get", resource: `secrets/${name}`, namespace });
  if (!("value" in reading) || reading.value === undefined) return reading as Reading<undefined>;
  const entries = Object.entries(reading.value.data ?? {});
  return { value: new Map(entries.map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")])) };
}
