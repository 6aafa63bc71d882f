import { readFileSync } from "node:fs";
import * as path from "node:path";
import { downloadModules } from "../../../local/engines/modules";
import { projectRoot } from "../../support/project-root";

/** Istio's own description of a mesh's settings, read from the module that generates it. */
export interface MeshMessages {
  /** Type of each field, by message and by the field's name in JSON. */
  readonly fields: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Names of each enumeration. */
  readonly enumerations: ReadonlyMap<string, ReadonlySet<string>>;
}

const module = "istio.io/api";

/** Reads the messages `MeshConfig` and `ProxyConfig` of the pinned release. */
export async function loadMeshMessages(): Promise<MeshMessages> {
  const context = {
    modules: path.join(projectRoot, "local", "go"),
    environment: process.env,
    remark: () => undefined,
    signal: new AbortController().signal,
  };
  const folder = (await downloadModules("crds", [module], context)).get(module)!.folder;
  const sources = ["config.pb.go", "proxy.pb.go"].map((file) =>
    readFileSync(path.join(folder, "mesh", "v1alpha1", file), "utf8"),
  );
  return toMessages(sources.join("\n"));
}

function toMessages(source: string): MeshMessages {
  const fields = new Map(
    [...source.matchAll(/^type (\w+) struct \{\n([^]*?)^\}/gm)].map(([, message = "", body = ""]) => [
      message,
      new Map(
        [...body.matchAll(/^\t\w+ +(\S+) +`protobuf:"[^"]*?,name=(\w+)(?:,json=(\w+))?/gm)].map(
          ([, type = "", name = "", json = name]) => [json, type],
        ),
      ),
    ]),
  );
  const enumerations = new Map(
    [...source.matchAll(/^\t(\w+)_value = map\[string\]int32\{\n([^]*?)^\t\}/gm)].map(([, name = "", body = ""]) => [
      name,
      new Set([...body.matchAll(/"(\w+)":/g)].map(([, value = ""]) => value)),
    ]),
  );
  return { fields, enumerations };
}

/** What in `value` the message does not have, one line each. */
export function problemsOfMessage(value: unknown, message: string, messages: MeshMessages): readonly string[] {
  const known = messages.fields.get(message);
  if (known === undefined) return [`${message} is no message`];
  return Object.entries(value as Record<string, unknown>).flatMap(([field, item]) => {
    const type = known.get(field);
    if (type === undefined) return [`${message} has no field ${field}`];
    const names = messages.enumerations.get(type);
    if (names !== undefined) return names.has(item as string) ? [] : [`${message}.${field} is never ${String(item)}`];
    const inner = type.replace(/^\*/, "");
    const isMessage = typeof item === "object" && messages.fields.has(inner);
    return isMessage ? problemsOfMessage(item, inner, messages) : problemsOfScalar(item, type, `${message}.${field}`);
  });
}

const scalars: Readonly<Record<string, string>> = { string: "string", bool: "boolean", int32: "number" };

function problemsOfScalar(value: unknown, type: string, at: string): readonly string[] {
  const expected = type === "*wrappers.BoolValue" ? "boolean" : scalars[type];
  if (expected === undefined) return [`${at} has the type ${type}, which this test does not read`];
  return typeof value === expected ? [] : [`${at} is a ${expected}`];
}
