import { groundNeeds } from "../../config/ground-needs";
import type { Settings } from "../../config/settings";
import type { ApiServer } from "../../kubernetes/api-server";
import { readGround, type Ground } from "../../kubernetes/read-ground";
import type { Named, Reading } from "../../kubernetes/reading";

/** What the checks of the ground know. */
export interface GroundFacts extends Ground {
  /** By `namespace/name`; undefined when there is none. */
  readonly pullSecrets: ReadonlyMap<string, Reading<(Named & { readonly type?: string }) | undefined>>;
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
  const [ground, pullSecrets] = await Promise.all([
    readGround(api, groundNeeds(settings)),
    Promise.all(pullSecretPlaces(settings).map((place) => readSecret(api, place))),
  ]);
  return { ...ground, pullSecrets: new Map(pullSecrets) };
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
