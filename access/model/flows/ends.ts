import { ingressEntry } from "../entry";
import type { ModelOptions } from "../options";
import { certificateNamespace } from "../certificate-namespace";
import { findService, findStore, isServiceName, overlayPods, type StoreName } from "../../platform/services";
import type { ServiceName } from "../../platform/services";
import { everyPod, type PodsEnd } from "./flow";

/** A workload or a data store of the platform. */
export function platformPods({ namespaces }: ModelOptions, name: ServiceName | StoreName): PodsEnd {
  const labels = isServiceName(name) ? findService(name).selector : findStore(name).selector;
  return { kind: "pods", name, namespace: namespaces.platform, labels };
}

/**
 * The mesh's ingress gateway, or every pod in the namespace of the controller that is in its place: the labels of such
 * pods are the operator's. None where that namespace is not known.
 */
export function entryPods(options: ModelOptions): readonly PodsEnd[] {
  const { selector: labels } = ingressEntry(options);
  if (labels !== undefined) return [{ kind: "pods", name: "gateway", namespace: options.namespaces.ingress, labels }];
  const { namespace } = options.ingress.controller;
  return namespace === undefined ? [] : [everyPod(namespace)];
}

/** The mesh's control plane, of every revision. */
export function istiodPods({ namespaces }: ModelOptions): PodsEnd {
  return { kind: "pods", name: "istiod", namespace: namespaces.mesh, labels: { app: "istiod" } };
}

/** Controller or routers of the overlay. */
export function overlayEnd({ namespaces }: ModelOptions, kind: "controller" | "router"): PodsEnd {
  return { kind: "pods", name: kind, namespace: namespaces.overlay, labels: overlayPods[kind].selector };
}

/** One component of cert-manager's releases, by the name in its label. */
export function certManagerPods({ namespaces }: ModelOptions, name: string): PodsEnd {
  return { kind: "pods", name, namespace: namespaces.certManager, labels: { "app.kubernetes.io/name": name } };
}

/** The pods in which cert-manager answers an HTTP-01 challenge, while it lasts. */
export function solverPods(options: ModelOptions): PodsEnd {
  const labels = { "acme.cert-manager.io/http01-solver": "true" };
  return { kind: "pods", name: "acme-solver", namespace: certificateNamespace({ options }), labels };
}

/** The cluster's DNS. */
export const clusterDns: PodsEnd = {
  kind: "pods",
  name: "kube-dns",
  namespace: "kube-system",
  labels: { "k8s-app": "kube-dns" },
};
