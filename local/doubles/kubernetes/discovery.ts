/** Which kinds the API server serves: their URL and their scope. */
import type { ApiClient } from "./api-client";
import { textAt } from "./manifest";
import { type JsonObject, isObject } from "./properties";

/** A served kind. `plural` is its name in URLs. */
export interface ServedKind {
  apiVersion: string;
  kind: string;
  plural: string;
  isNamespaced: boolean;
  verbs: string[];
}

function toServedKind(apiVersion: string, entry: JsonObject): ServedKind {
  const verbs = (Array.isArray(entry.verbs) ? entry.verbs : []).filter((verb) => typeof verb === "string");
  const [plural, kind] = [textAt(entry, "name"), textAt(entry, "kind")];
  return { apiVersion, kind, plural, isNamespaced: entry.namespaced === true, verbs };
}

function objectsIn(list: JsonObject, key: string): JsonObject[] {
  const items = list[key];
  return Array.isArray(items) ? items.filter(isObject) : [];
}

/** The URL path of a group and version: the core group is `v1`, others are `group/version`. */
const versionPath = (apiVersion: string): string =>
  apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

/** The URL path of one object, or of the collection when `name` is empty. */
export function objectPath(served: ServedKind, namespace: string, name: string): string {
  const scope = served.isNamespaced && namespace !== "" ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  const collection = `${versionPath(served.apiVersion)}${scope}/${served.plural}`;
  return name === "" ? collection : `${collection}/${encodeURIComponent(name)}`;
}

/** Answers from a cache, and asks again for a kind that it does not know: a CRD may have been installed meanwhile. */
export class Discovery {
  private readonly versions = new Map<string, ServedKind[]>();

  constructor(private readonly api: ApiClient) {}

  /** The kind as it is served, or undefined where no such kind is served (yet). */
  async tryFindKind(apiVersion: string, kind: string): Promise<ServedKind | undefined> {
    const known = this.versions.get(apiVersion)?.find((served) => served.kind === kind);
    return known ?? (await this.load(apiVersion)).find((served) => served.kind === kind);
  }

  /** Every namespaced kind whose objects can be listed and deleted, in its preferred version. */
  async namespacedKinds(): Promise<ServedKind[]> {
    const groups = objectsIn(await this.api.send({ method: "GET", path: "/apis" }), "groups");
    const preferred = groups.map(({ preferredVersion }) =>
      isObject(preferredVersion) ? textAt(preferredVersion, "groupVersion") : "",
    );
    const kinds = await Promise.all(["v1", ...preferred].map((apiVersion) => this.load(apiVersion)));
    return kinds
      .flat()
      .filter(({ isNamespaced, verbs }) => isNamespaced && verbs.includes("list") && verbs.includes("delete"));
  }

  private async load(apiVersion: string): Promise<ServedKind[]> {
    const list = await this.api.trySend({ method: "GET", path: versionPath(apiVersion) });
    // Subresources are listed as "pods/status"; they have no objects of their own.
    const entries = objectsIn(list ?? {}, "resources").filter((entry) => !textAt(entry, "name").includes("/"));
    const kinds = entries.map((entry) => toServedKind(apiVersion, entry));
    this.versions.set(apiVersion, kinds);
    return kinds;
  }
}
