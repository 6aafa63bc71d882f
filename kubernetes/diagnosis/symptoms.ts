import type { Condition, Named } from "../reading";
import { toLine } from "./clean-text";
import { findEvent, textOf } from "./events";
import {
  logKey,
  type ContainerStatus,
  type Observed,
  type ObservedClaim,
  type ObservedPod,
  type Terminated,
} from "./objects";
import { ownerOf, titleOf, type Owner } from "./owners";

/** Which part of a cluster says that something is wrong. */
export type Where = "container" | "pod" | "controller" | "claim" | "service" | "namespace";

/** Something that keeps an installation from being ready, in the words of the cluster. */
export interface Symptom {
  readonly where: Where;
  /** What Kubernetes calls it: `ErrImagePull`, `Unschedulable`. */
  readonly reason: string;
  /** What Kubernetes says of it, as one line. May be empty. */
  readonly message: string;
  readonly owner: Owner;
  /** The object: `Pod ziti/ziti-router-abc`. */
  readonly subject: string;
  readonly container?: string;
  readonly image?: string;
  /** Last lines of the container's log. */
  readonly log: readonly string[];
}

/** Everything that keeps pods from being ready. Pure. */
export function findSymptoms(observed: Observed): readonly Symptom[] {
  const claims = observed.claims.flatMap((claim) => claimSymptoms(claim, observed));
  return [
    ...observed.namespaces.flatMap(namespaceSymptoms),
    ...claims,
    ...controllerSymptoms(observed),
    ...observed.pods
      .filter((pod) => isUnready(pod) && !isReplaced(pod, observed))
      .flatMap((pod) => podSymptoms(pod, observed, claims)),
    ...serviceSymptoms(observed),
  ];
}

/** True for a pod that should be ready and is not. One that is on its way out, or has done its work, is not meant. */
function isUnready({ metadata, status }: ObservedPod): boolean {
  if (metadata.deletionTimestamp !== undefined || status?.phase === "Succeeded") return false;
  return conditionOf(status?.conditions, "Ready")?.status !== "True";
}

// A pod that failed stays as a record when its controller has made another, or its Job has ended well.
function isReplaced({ metadata, status }: ObservedPod, { pods, controllers }: Observed): boolean {
  const above = metadata.ownerReferences?.[0];
  if (status?.phase !== "Failed" || above === undefined) return false;
  const others = pods.filter((pod) => pod.metadata.ownerReferences?.[0]?.name === above.name);
  if (others.some((pod) => pod.status?.phase !== "Failed")) return true;
  const job = controllers.find(({ kind, metadata: { name } }) => kind === above.kind && name === above.name);
  return conditionOf(job?.status?.conditions, "Complete")?.status === "True";
}

/** The containers of a pod whose log may tell why it is not ready. */
export function speakingContainers(pod: ObservedPod): readonly string[] {
  if (!isUnready(pod)) return [];
  return statusesOf(pod)
    .filter(
      (status) => crashOf(status) !== undefined || (status.state?.running !== undefined && status.ready === false),
    )
    .map(({ name }) => name);
}

const statusesOf = ({ status }: ObservedPod) => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

const conditionOf = (conditions: readonly Condition[] | undefined, type: string) =>
  conditions?.find((condition) => condition.type === type);

function symptom(where: Where, kind: string, object: Named, observed: Observed) {
  const owner = ownerOf(kind, object, observed);
  return (reason: string, message: string): Symptom => {
    return { where, reason, message: toLine(message), owner, subject: titleOf(kind, object), log: [] };
  };
}

function podSymptoms(pod: ObservedPod, observed: Observed, claims: readonly Symptom[]): readonly Symptom[] {
  const say = symptom("pod", "Pod", pod, observed);
  const { status } = pod;
  const placed = conditionOf(status?.conditions, "PodScheduled");
  if (placed?.status === "False") {
    const message = placed.message ?? "";
    // The claim says why; the pod only that it waits for it.
    const isExplained =
      /unbound immediate PersistentVolumeClaims/.test(message) &&
      claims.some(({ owner }) => owner.namespace === pod.metadata.namespace);
    return isExplained ? [] : [say(placed.reason ?? "Unschedulable", message)];
  }
  if (status?.reason !== undefined) return [say(status.reason, status.message ?? "")];
  const containers = statusesOf(pod).flatMap((one) => containerSymptoms(pod, one, observed));
  if (containers.length > 0) return containers;
  // Before its volumes and its network are there, a pod has no container that could speak.
  const event = findEvent(observed, pod, /^Failed(Mount|AttachVolume|CreatePodSandBox)$/);
  return event === undefined ? [] : [say(event.reason ?? "", textOf(event))];
}

function containerSymptoms(pod: ObservedPod, status: ContainerStatus, observed: Observed): readonly Symptom[] {
  const { name: container, image, state = {} } = status;
  const log = observed.logs.get(logKey(pod, container)) ?? [];
  const say = (reason: string, message: string): Symptom => {
    return { ...symptom("container", "Pod", pod, observed)(reason, message), container, image, log };
  };
  const crash = crashOf(status);
  if (crash !== undefined)
    return [say(crash.reason === "OOMKilled" ? "OOMKilled" : "CrashLoopBackOff", describe(crash))];
  const { waiting } = state;
  if (waiting?.reason !== undefined && !/^(ContainerCreating|PodInitializing)$/.test(waiting.reason)) {
    // While it backs off, the kubelet names the image and no more; the event has the registry's answer.
    const pulled = /Pull|Image/.test(waiting.reason) ? findEvent(observed, pod, /^Failed$/, container) : undefined;
    return [say(waiting.reason, textOf(pulled) || (waiting.message ?? ""))];
  }
  if (state.running === undefined || status.ready !== false) return [];
  const probe = findEvent(observed, pod, /^Unhealthy$/, container);
  return probe === undefined ? [] : [say("Unhealthy", textOf(probe))];
}

// One that ended once may have waited for something: from the second time on it does not help itself.
function crashOf({ state = {}, lastState, restartCount = 0, ready }: ContainerStatus): Terminated | undefined {
  const last = state.terminated ?? lastState?.terminated;
  if (state.waiting?.reason === "CrashLoopBackOff") return last ?? { exitCode: 1 };
  if (state.terminated !== undefined) return state.terminated.exitCode === 0 ? undefined : state.terminated;
  return state.running !== undefined && ready === false && restartCount >= 2 ? last : undefined;
}

function describe({ exitCode, reason, message = "" }: Terminated): string {
  const how = reason === undefined || reason === "Error" ? "" : `, ${reason}`;
  return `exit code ${exitCode}${how}${message === "" ? "" : `: ${message}`}`;
}

// The controller repeats its condition for as long as it is refused; a StatefulSet and a Job have only the event.
function controllerSymptoms(observed: Observed): readonly Symptom[] {
  return observed.controllers.flatMap((controller) => {
    const { kind, spec, status, metadata } = controller;
    if (kind === "Deployment" || metadata.deletionTimestamp !== undefined) return []; // its ReplicaSet says it
    const failure = conditionOf(status?.conditions, "ReplicaFailure");
    const say = symptom("controller", kind, controller, observed);
    if (failure?.status === "True") return [say(failure.reason ?? "FailedCreate", failure.message ?? "")];
    const isShort = kind === "StatefulSet" && (status?.replicas ?? 0) < (spec?.replicas ?? 1);
    const isEmpty = !observed.pods.some(({ metadata: pod }) => pod.ownerReferences?.[0]?.name === metadata.name);
    const isDone = conditionOf(status?.conditions, "Complete")?.status === "True";
    const isWaiting = isShort || (kind !== "ReplicaSet" && isEmpty && !isDone);
    const event = isWaiting ? findEvent(observed, controller, /^FailedCreate$/) : undefined;
    return event === undefined ? [] : [say("FailedCreate", textOf(event))];
  });
}

function claimSymptoms(claim: ObservedClaim, observed: Observed): readonly Symptom[] {
  if (claim.status?.phase !== "Pending") return [];
  const say = symptom("claim", "PersistentVolumeClaim", claim, observed);
  const event = findEvent(observed, claim, /./);
  const wanted = claim.spec?.storageClassName;
  const classes = observed.storageClasses?.map(({ metadata }) => metadata.name);
  const known = classes === undefined ? "" : `StorageClasses: ${classes.join(", ") || "none"}`;
  const unset = /no persistent volumes available for this claim and no storage class is set/;
  if (unset.test(textOf(event)) || (wanted === undefined && classes !== undefined && !hasDefault(observed))) {
    return [say("NoDefaultClass", known)];
  }
  if (wanted !== undefined && wanted !== "" && classes !== undefined && !classes.includes(wanted)) {
    return [say("UnknownClass", `wanted: ${wanted}; ${known}`)];
  }
  const isNormal =
    event === undefined || /^(WaitForFirstConsumer|WaitForPodScheduled|Provisioning)$/.test(event.reason ?? "");
  return isNormal ? [] : [say(event.reason ?? "Pending", textOf(event))];
}

const hasDefault = ({ storageClasses = [] }: Observed) =>
  storageClasses.some(
    ({ metadata }) => metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
  );

function serviceSymptoms(observed: Observed): readonly Symptom[] {
  const waiting = observed.services.filter(
    ({ spec, status }) => spec?.type === "LoadBalancer" && (status?.loadBalancer?.ingress ?? []).length === 0,
  );
  return waiting.map((service) => {
    const event = findEvent(observed, service, /LoadBalancer/);
    return symptom("service", "Service", service, observed)("LoadBalancerPending", textOf(event));
  });
}

function namespaceSymptoms(namespace: Observed["namespaces"][number]): readonly Symptom[] {
  const { metadata, status } = namespace;
  if (metadata.deletionTimestamp === undefined && status?.phase !== "Terminating") return [];
  const told = (status?.conditions ?? []).filter((condition) => condition.status === "True" && condition.message);
  const message = toLine(told.map((condition) => condition.message).join(" "));
  const owner = { kind: "Namespace", name: metadata.name, namespace: "" };
  return [
    { where: "namespace", reason: "Terminating", message, owner, subject: `Namespace ${metadata.name}`, log: [] },
  ];
}
