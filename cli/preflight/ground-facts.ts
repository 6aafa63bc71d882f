import type { Settings } from "../../config/settings";
import type { Balanced, ClusterNode, StorageClass } from "../../kubernetes/ground";
import type { ApiServer } from "../../kubernetes/api-server";
import type { Named, Reading } from "../../kubernetes/reading";

/** What the checks of the ground know. What the settings have no use for is not asked, and empty. */
export interface GroundFacts {
  readonly storageClasses: Reading<readonly StorageClass[]>;
  readonly services: Reading<readonly Balanced[]>;
  readonly nodes: Reading<readonly ClusterNode[]>;
  /** By `namespace/name`; undefined when there is none. */
  readonly pullSecrets: ReadonlyMap<string, Reading<(Named & { readonly type?: string }) | undefined>>;
}

/** Whether the installation has volumes of its own. */
export function needsVolumes({ controller }: Settings): boolean {
  return controller.manage;
}

/** Whether the gateway's Service asks for a load balancer. */
export function needsBalancer({ ingress }: Settings): boolean {
  return ingress.service?.type === "LoadBalancer";
}

/** Where pods run that the program installs: each needs the Secrets of `images.pullSecrets` in its own namespace. */
export function pullSecretPlaces(settings: Settings): readonly { readonly namespace: string; readonly name: string }[] {
  const { namespaces, mesh, controller, certManager, zitiManagement, networkPolicies, images } = settings;
  const pulling: readonly (readonly [namespace: string, runs: boolean])[] = [
    [namespaces.mesh, mesh.manage],
    [namespaces.ingress, mesh.manage],
    [namespaces.certManager, certManager.manage],
    [namespaces.overlay, controller.manage],
    // A sidecar is pulled with them too, in every pod of the platform.
    [namespaces.platform, zitiManagement.deploy || mesh.manage],
    [namespaces.workloads, networkPolicies.probe],
  ];
  const runs = pulling.flatMap(([namespace, does]) => (does ? [namespace] : []));
  return runs.flatMap((namespace) => images.pullSecrets.map((name) => ({ namespace, name })));
}

/** Reads what the checks of the ground need, all at once. */
export async function readGroundFacts(api: ApiServer, settings: Settings): Promise<GroundFacts> {
  const nothing = Promise.resolve({ value: [] });
  const balancer = needsBalancer(settings);
  const [storageClasses, services, nodes, pullSecrets] = await Promise.all([
    needsVolumes(settings)
      ? api.list<StorageClass>("/apis/storage.k8s.io/v1/storageclasses", {
          ...{ verb: "list", resource: "storageclasses.storage.k8s.io" },
        })
      : nothing,
    balancer ? api.list<Balanced>("/api/v1/services", { verb: "list", resource: "services" }) : nothing,
    balancer ? api.list<ClusterNode>("/api/v1/nodes", { verb: "list", resource: "nodes" }) : nothing,
    Promise.all(pullSecretPlaces(settings).map((place) => readSecret(api, place))),
  ]);
  return { storageClasses, services, nodes, pullSecrets: new Map(pullSecrets) };
}

async function readSecret(api: ApiServer, { namespace, name }: { readonly namespace: string; readonly name: string }) {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`;
  const reading = await api.get<Named & { type?: string }>(path, {
    verb: "get",
    resource: `secrets/${name}`,
    namespace,
  });
  return [`${namespace}/${name}`, reading] as const;
}
