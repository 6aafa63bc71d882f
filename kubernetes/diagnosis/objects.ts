import type { Condition, Named, Unread } from "../reading";

/** How a container ended. */
export interface Terminated {
  readonly exitCode: number;
  readonly reason?: string;
  readonly message?: string;
}

/** What the kubelet says of a container. */
export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: object;
    readonly terminated?: Terminated;
  };
  readonly lastState?: { readonly terminated?: Terminated };
}

/** A Pod, with what scheduler and kubelet wrote into its status. */
export interface ObservedPod extends Named {
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly Condition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** An Event of the core API. */
export interface ObservedEvent extends Named {
  readonly involvedObject: {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly fieldPath?: string;
  };
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

/** A controller of pods: Deployment, ReplicaSet, StatefulSet, DaemonSet or Job. */
export interface ObservedController extends Named {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number; readonly conditions?: readonly Condition[] };
}

/** A PersistentVolumeClaim. */
export interface ObservedClaim extends Named {
  readonly spec?: { readonly storageClassName?: string };
  readonly status?: { readonly phase?: string };
}

/** A Service. */
export interface ObservedService extends Named {
  readonly spec?: { readonly type?: string };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly object[] } };
}

/** A Namespace. */
export interface ObservedNamespace extends Named {
  readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] };
}

/** The kinds of controllers that are looked at, by the plural of each. */
export const controllerKinds = {
  deployments: "Deployment",
  replicasets: "ReplicaSet",
  statefulsets: "StatefulSet",
  daemonsets: "DaemonSet",
  jobs: "Job",
} as const;

/** One of these kinds. */
type ControllerKind = (typeof controllerKinds)[keyof typeof controllerKinds];

/** Everything that the diagnosis knows. What could not be read is empty, and named in `unread`. */
export interface Observed {
  readonly namespaces: readonly ObservedNamespace[];
  readonly pods: readonly ObservedPod[];
  /** Warnings, and whatever was said of a claim. */
  readonly events: readonly ObservedEvent[];
  readonly controllers: readonly (ObservedController & { readonly kind: ControllerKind })[];
  readonly claims: readonly ObservedClaim[];
  readonly services: readonly ObservedService[];
  /** Undefined: they could not be read. */
  readonly storageClasses?: readonly Named[];
  /** Last lines by `logKey`, of containers that end or do not get ready. */
  readonly logs: ReadonlyMap<string, readonly string[]>;
  readonly unread: readonly Unread[];
}

/** Where the lines of a container are in `logs`. */
export function logKey(pod: ObservedPod, container: string): string {
  return `${pod.metadata.namespace ?? ""}/${pod.metadata.name}/${container}`;
}
