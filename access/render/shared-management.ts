import { controllerNodes, sharedManagement } from "../model/controller-nodes";
import type { Manifest } from "./manifest";
import type { ModelOptions } from "../model/model";
import { overlayPods } from "../platform/services";

/** What leads a client that takes a single address to whichever node of a controller cluster works. */
interface SharedManagement {
  readonly service: Manifest;
  /** Has the mesh send all connections of one pod to one node: only that one knows the pod's session. */
  readonly affinity: Manifest;
}

/** The same as objects; undefined where no cluster is installed. */
export function tryRenderSharedManagement({ controller, namespaces }: ModelOptions): SharedManagement | undefined {
  if (!controller.manage || controllerNodes(controller).length === 1) return undefined;
  const { selector, managementPort } = overlayPods.controller;
  const metadata = { name: sharedManagement.name, namespace: namespaces.overlay };
  const host = `${sharedManagement.host(namespaces.overlay)}.cluster.local`;
  return {
    service: {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      // Affinity is for pods without a sidecar: one with a sidecar obeys the rule below.
      spec: { selector, sessionAffinity: "ClientIP", ports: [{ name: "tcp-mgmt", port: managementPort }] },
    },
    affinity: {
      apiVersion: "networking.istio.io/v1",
      kind: "DestinationRule",
      metadata,
      spec: { host, trafficPolicy: { loadBalancer: { consistentHash: { useSourceIp: true } } } },
    },
  };
}
