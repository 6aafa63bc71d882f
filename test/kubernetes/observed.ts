/** Objects as scheduler, kubelet and controllers write them, for tests of the diagnosis. */
import type {
  ContainerStatus,
  Observed,
  ObservedClaim,
  ObservedController,
  ObservedEvent,
  ObservedPod,
  ObservedService,
} from "../../kubernetes/diagnosis/objects";

export const namespace = "istio-gateway";
export const podName = "istio-ingressgateway-6c7f9d5b8-x2x9z";
const replicaSetName = "istio-ingressgateway-6c7f9d5b8";
export const image = "docker.io/istio/proxyv2:1.31.0";

/** A cluster in which nothing is there, but for what a test gives. */
export function observedWith(parts: Partial<Observed>): Observed {
  const nothing = { namespaces: [], pods: [], events: [], controllers: [], claims: [], services: [], unread: [] };
  return {
    ...nothing,
    storageClasses: [],
    logs: new Map(),
    ...parts,
    controllers: [...(parts.controllers ?? []), ...chain],
  };
}

const deployment = {
  kind: "Deployment" as const,
  metadata: {
    ...{ name: "istio-ingressgateway", namespace },
    annotations: { "meta.helm.sh/release-name": "istio-ingressgateway", "meta.helm.sh/release-namespace": namespace },
  },
  spec: { replicas: 1 },
  status: {},
};

/** The ReplicaSet of the gateway, refused or not. */
export function replicaSet(message?: string): ObservedController & { readonly kind: "ReplicaSet" } {
  const conditions = [{ type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: message ?? "" }];
  return {
    kind: "ReplicaSet",
    metadata: {
      ...{ name: replicaSetName, namespace },
      ownerReferences: [{ kind: "Deployment", name: "istio-ingressgateway" }],
    },
    spec: { replicas: 1 },
    status: message === undefined ? { replicas: 1 } : { replicas: 0, conditions },
  };
}
const chain = [deployment, replicaSet()];

const unready = [
  { type: "PodScheduled", status: "True" },
  { type: "Ready", status: "False", reason: "ContainersNotReady" },
];

/** A pod of the gateway with one container in some state. */
export function podWith(container: Partial<ContainerStatus>, phase = "Pending"): ObservedPod {
  return {
    metadata: { name: podName, namespace, uid: "u1", ownerReferences: [{ kind: "ReplicaSet", name: replicaSetName }] },
    status: {
      ...{ phase, conditions: unready },
      containerStatuses: [{ name: "istio-proxy", image, ready: false, restartCount: 0, state: {}, ...container }],
    },
  };
}

/** A pod whose container waits. */
export const waiting = (reason: string, message = "", container: Partial<ContainerStatus> = {}) =>
  podWith({ state: { waiting: { reason, message } }, ...container });

/** A pod whose container has ended, and will be started again. */
export const crashed = (exitCode: number, reason = "Error") =>
  podWith({
    ...{ restartCount: 3, lastState: { terminated: { exitCode, reason } } },
    state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s restarting failed container" } },
  });

/** A pod without a node, in the words of the scheduler. */
export function unscheduled(message: string): ObservedPod {
  const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }];
  return { ...podWith({}), status: { phase: "Pending", conditions } };
}

/** An event of the gateway's pod, or of another object. */
export function eventOf(
  reason: string,
  message: string,
  name = podName,
  uid: string | undefined = "u1",
): ObservedEvent {
  return {
    metadata: { name: `${name}.1`, namespace, creationTimestamp: "2026-01-01T00:00:00Z" },
    involvedObject: { kind: "Pod", name, namespace, uid },
    ...{ reason, message, lastTimestamp: "2026-01-01T00:00:00Z" },
  };
}

/** The lines of the container's log. */
export const logOf = (...lines: string[]) => new Map([[`${namespace}/${podName}/istio-proxy`, lines]]);

/** A claim of the controller. */
export const claim = (storageClassName?: string): ObservedClaim => ({
  metadata: { name: "ziti-controller", namespace, annotations: { "meta.helm.sh/release-name": "ziti-controller" } },
  spec: { storageClassName },
  status: { phase: "Pending" },
});

/** The gateway's Service, without an address. */
export const loadBalancer: ObservedService = {
  metadata: deployment.metadata,
  spec: { type: "LoadBalancer" },
  status: { loadBalancer: {} },
};
