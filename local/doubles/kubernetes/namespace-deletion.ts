/**
 * Ends a namespace. A deleted namespace stays "Terminating" until the namespace controller has emptied it and removed the
 * finalizer `kubernetes`. That controller lives in kube-controller-manager, which a bare API server does not have; then
 * nobody else would do it, and `destroy` would never end.
 */
import type { ApiClient, Pause } from "./api-client";
import { type Discovery, type ServedKind, objectPath } from "./discovery";
import { objectAt } from "./manifest";
import type { JsonObject } from "./properties";

const pollDelay = 200;
// The controller waits 5 s before it looks at a deleted namespace, and then reports in the namespace's conditions.
const attempts = { withControllerManager: 75, without: 5 };

// kube-controller-manager gives every namespace this account as soon as it is created.
async function isControllerManagerKnown(api: ApiClient, namespacePath: string): Promise<boolean> {
  return (await api.trySend({ method: "GET", path: `${namespacePath}/serviceaccounts/default` })) !== undefined;
}

function isAttended(namespace: JsonObject): boolean {
  const conditions = objectAt(namespace, "status").conditions;
  return Array.isArray(conditions) && conditions.length > 0;
}

async function emptyKind(api: ApiClient, served: ServedKind, namespace: string): Promise<void> {
  const path = objectPath(served, namespace, "");
  // No kubelet confirms that a pod has ended.
  const body = { gracePeriodSeconds: 0, propagationPolicy: "Background" };
  if (served.verbs.includes("deletecollection")) await api.trySend({ method: "DELETE", path, body });
}

async function remaining(api: ApiClient, served: ServedKind, namespace: string): Promise<string[]> {
  const list = await api.trySend({ method: "GET", path: objectPath(served, namespace, ""), query: { limit: "1" } });
  return Array.isArray(list?.items) && list.items.length > 0 ? [served.plural] : [];
}

async function emptyNamespace(api: ApiClient, discovery: Discovery, name: string): Promise<void> {
  const kinds = await discovery.namespacedKinds();
  await Promise.all(kinds.map((served) => emptyKind(api, served, name)));
  const left = (await Promise.all(kinds.map((served) => remaining(api, served, name)))).flat();
  if (left.length > 0)
    throw new Error(`namespace ${name}: ${left.join(", ")} remain, held by finalizers whose controller does not run`);
}

/** Follows a deleted namespace until its controller shows up or it is gone; else empties and finalizes it itself. */
export async function finalizeNamespace(
  api: ApiClient,
  discovery: Discovery,
  name: string,
  pause: Pause,
): Promise<void> {
  const path = `/api/v1/namespaces/${encodeURIComponent(name)}`;
  const limit = (await isControllerManagerKnown(api, path)) ? attempts.withControllerManager : attempts.without;
  for (let attempt = 0; attempt < limit; attempt++) {
    const namespace = await api.trySend({ method: "GET", path });
    if (namespace === undefined || isAttended(namespace)) return;
    await pause(pollDelay);
  }
  await emptyNamespace(api, discovery, name);
  const namespace = await api.trySend({ method: "GET", path });
  if (namespace === undefined) return;
  const body = { ...namespace, spec: { ...objectAt(namespace, "spec"), finalizers: [] } };
  await api.trySend({ method: "PUT", path: `${path}/finalize`, body });
}
