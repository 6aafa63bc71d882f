/** Which fields cannot be changed in place: the rules of the real plugin. Pure. */
import { isSecret } from "./manifest";
import type { JsonObject } from "./properties";
import { groupKind } from "./scopes";

/** Which of the usually immutable kinds the provider updates in place. */
export interface Mutability {
  configMaps: boolean;
  secrets: boolean;
}

const identity = ["metadata.name", "metadata.namespace"];

// Keyed by API group and kind; the core group is "". A field covers everything below it.
const immutableFields: Record<string, string[]> = {
  "apps/Deployment": ["spec.selector"],
  "apps/DaemonSet": ["spec.selector"],
  "apps/StatefulSet": [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
  "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
  "/PersistentVolumeClaim": ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  "/Pod": ["spec"],
  "/ResourceQuota": ["spec.scopes"],
  "/Secret": ["type"],
  "/Service": ["spec.clusterIP"],
};

const secretContents = ["type", "stringData", "data"];
const configMapContents = ["binaryData", "data"];

/** The fields of this object whose change replaces it, as dotted paths. */
export function replacingFields(object: JsonObject, mutable: Mutability): string[] {
  const isFrozen = object.immutable === true;
  if (isSecret(object) && (isFrozen || !mutable.secrets)) return [...identity, ...secretContents];
  const key = groupKind(object);
  if (key === "/ConfigMap" && (isFrozen || !mutable.configMaps)) return [...identity, ...configMapContents];
  return [...identity, ...(immutableFields[key] ?? [])];
}
