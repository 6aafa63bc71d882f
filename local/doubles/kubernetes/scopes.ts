/** The scope of kinds while no API server can be asked. Pure. */
import { textAt } from "./manifest";
import type { JsonObject } from "./properties";

// Keyed by API group and kind, without the version.
const clusterScoped = [
  "/Namespace",
  "/Node",
  "/PersistentVolume",
  "admissionregistration.k8s.io/MutatingWebhookConfiguration",
  "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
  "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
  "apiextensions.k8s.io/CustomResourceDefinition",
  "apiregistration.k8s.io/APIService",
  "networking.k8s.io/IngressClass",
  "rbac.authorization.k8s.io/ClusterRole",
  "rbac.authorization.k8s.io/ClusterRoleBinding",
  "scheduling.k8s.io/PriorityClass",
  "storage.k8s.io/StorageClass",
];

/** An object's API group and kind, `group/Kind`; the core group is empty. */
export function groupKind(object: JsonObject): string {
  const apiVersion = textAt(object, "apiVersion");
  return `${apiVersion.includes("/") ? apiVersion.split("/", 1)[0] : ""}/${textAt(object, "kind")}`;
}

/** Whether a built-in kind is known to live outside namespaces; false for custom resources. */
export const isClusterScoped = (object: JsonObject): boolean => clusterScoped.includes(groupKind(object));
