import type { ControllerAccess } from "../platform/controller-access";
import { ControllerError, callController, logIn } from "../platform/controller-api";
import { KubernetesApi, type KubernetesObject } from "../platform/kubernetes-api";

/** Names of everything an engine holds: `Namespace agyn-platform`, `services gateway`. */
export type Inventory = readonly string[];

interface ApiResources {
  readonly groupVersion: string;
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly verbs: readonly string[] }[];
}

// Made by engines in passing, and gone by themselves.
const passing: ReadonlySet<string> = new Set(["Event", "Lease", "EndpointSlice", "Endpoints", "ComponentStatus"]);

/** Every object the API server holds, but for what owners delete and what engines make in passing. */
export async function listClusterObjects(api: KubernetesApi): Promise<Inventory> {
  const groups = await api.tryGet<{ groups: { preferredVersion: { groupVersion: string } }[] }>("/apis");
  const roots = ["/api/v1", ...(groups?.groups ?? []).map((group) => `/apis/${group.preferredVersion.groupVersion}`)];
  const names = await Promise.all(roots.map((root) => listGroup(api, root)));
  return names.flat().sort();
}

/** What is in `after` and was not in `before`. */
export function leftovers(before: Inventory, after: Inventory): Inventory {
  const known = new Set(before);
  return after.filter((name) => !known.has(name));
}

async function listGroup(api: KubernetesApi, root: string): Promise<readonly string[]> {
  const { resources } = (await api.tryGet<ApiResources>(root)) ?? { resources: [] };
  const listable = resources.filter(
    ({ name, kind, verbs }) => verbs.includes("list") && !name.includes("/") && !passing.has(kind),
  );
  const lists = await Promise.all(
    listable.map(async ({ name, kind }) => {
      const list = await api.tryGet<{ items: KubernetesObject[] }>(`${root}/${name}`);
      return (list?.items ?? []).filter(isIndependent).map((object) => describe(kind, object));
    }),
  );
  return lists.flat();
}

function isIndependent({ metadata }: KubernetesObject): boolean {
  return (metadata.ownerReferences ?? []).length === 0;
}

function describe(kind: string, { metadata }: KubernetesObject): string {
  return [kind, metadata.namespace, metadata.name].filter((part) => part !== undefined).join(" ");
}

// The kinds the provider makes; sessions and the like belong to the controller itself.
const controllerCollections = [
  "auth-policies",
  "configs",
  "edge-router-policies",
  "edge-routers",
  "identities",
  "service-edge-router-policies",
  "service-policies",
  "services",
] as const;

/** Every object of the program's kinds that the controller holds. */
export async function listControllerObjects(access: ControllerAccess): Promise<Inventory> {
  const token = await logIn(access);
  const names = await Promise.all(
    controllerCollections.map(async (collection) => {
      const response = await callController(access, `/${collection}?limit=1000`, undefined, token);
      if (response.status !== 200) throw new ControllerError(`${access.url}: ${collection}: status ${response.status}`);
      const { data } = JSON.parse(response.body) as { data: { name: string }[] };
      return data.map(({ name }) => `${collection} ${name}`);
    }),
  );
  return names.flat().sort();
}
