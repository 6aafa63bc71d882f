/*
 * Control planes of Istio that an installation lets go of. A program does not see what it installed before, but the
 * cluster tells it: a run that no longer names a revision removes its control plane, and the sidecars of that revision
 * learn nothing new from then on, and get no certificate when theirs ends.
 */
import type { ApiServer } from "./api-server";
import type { Named, Reading } from "./reading";

/** What an installation keeps. */
export interface ControlPlaneNeeds {
  /** Where its control planes are. */
  readonly namespace: string;
  /** Their revisions, the current one first; `default` is the unnamed one. */
  readonly kept: readonly string[];
}

/** A control plane of the installation that is not kept, while sidecars use it. */
export interface AbandonedPlane {
  readonly revision: string;
  /** Version of its chart; undefined where no label tells it. */
  readonly version: string | undefined;
  /** `namespace/name` of each pod with its sidecar. */
  readonly pods: readonly string[];
}

/** A pod, as far as it is looked at. */
interface MeshPod extends Named {
  readonly status?: { readonly phase?: string };
}

const revisionLabel = "istio.io/rev";
const shownPods = 3;

const revisionOf = ({ metadata }: Named) => metadata.labels?.[revisionLabel] ?? "";
const releaseOf = (revision: string) => (revision === "default" ? "istiod" : `istiod-${revision}`);

/** Of the Deployments of istiod, those that the installation made under a revision that it does not keep. Pure. */
function findAbandoned(planes: readonly Named[], kept: readonly string[]): readonly Named[] {
  return planes.filter((plane) => {
    const revision = revisionOf(plane);
    const release = plane.metadata.annotations?.["meta.helm.sh/release-name"];
    return !kept.includes(revision) && release === releaseOf(revision);
  });
}

/** A control plane with the pods that have its sidecar. Pure. */
function toAbandoned(plane: Named, pods: readonly MeshPod[]): AbandonedPlane {
  const revision = revisionOf(plane);
  const using = pods.filter(
    ({ metadata, status }) =>
      metadata.annotations?.[revisionLabel] === revision &&
      metadata.deletionTimestamp === undefined &&
      !["Succeeded", "Failed"].includes(status?.phase ?? ""),
  );
  return {
    revision,
    version: plane.metadata.labels?.["helm.sh/chart"]?.replace(/^istiod-/, ""),
    pods: using.map(({ metadata }) => `${metadata.namespace ?? "default"}/${metadata.name}`).sort(),
  };
}

/** Why a run must not go on, and the commands that keep the control plane. `kept` counts the entries before it. Pure. */
export function describeAbandoned({ revision, version, pods }: AbandonedPlane, { kept }: ControlPlaneNeeds, at = 0) {
  const [current = "default", ...retained] = kept;
  const shown = pods.slice(0, shownPods).join(", ") + (pods.length > shownPods ? ", …" : "");
  const count = pods.length === 1 ? "1 pod has" : `${pods.length} pods have`;
  const entry = `agyn-networking:mesh.retained[${retained.length + at}]`;
  const set = (key: string, value: string) => `pulumi config set --path '${entry}.${key}' ${value}`;
  return {
    cause:
      `the control plane of the revision ${revision} would be removed, for it is neither the current one (${current}) ` +
      `nor in mesh.retained (${retained.join(", ") || "empty"}), and ${count} its sidecar: ${shown}`,
    fix: `Keep it until they are restarted: ${set("revision", revision)} && ${set("version", version ?? "<its version>")}`,
  };
}

/** Reads which control planes of the installation a run would take from under their sidecars. */
export async function readAbandoned(
  api: ApiServer,
  { namespace, kept }: ControlPlaneNeeds,
): Promise<Reading<readonly AbandonedPlane[]>> {
  const place = `namespaces/${encodeURIComponent(namespace)}`;
  const planes = await api.list<Named>(
    `/apis/apps/v1/${place}/deployments`,
    { verb: "list", resource: "deployments.apps", namespace },
    { labelSelector: "app=istiod" },
  );
  if (!("value" in planes)) return planes;
  const abandoned = findAbandoned(planes.value, kept);
  if (abandoned.length === 0) return { value: [] };
  const owner = await api.get<Named>(`/api/v1/${place}`, { verb: "get", resource: `namespaces/${namespace}` });
  if (!("value" in owner)) return owner;
  // In a namespace that is not the program's, releases of these names are the operator's.
  if (owner.value?.metadata.labels?.["app.kubernetes.io/managed-by"] !== "agyn-networking") return { value: [] };
  const pods = await api.list<MeshPod>("/api/v1/pods", { verb: "list", resource: "pods" });
  if (!("value" in pods)) return pods;
  return { value: abandoned.map((plane) => toAbandoned(plane, pods.value)).filter(({ pods }) => pods.length > 0) };
}
