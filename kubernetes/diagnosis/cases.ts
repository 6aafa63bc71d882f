import { quotedAfter, type Case } from "./case";
import { containerCases } from "./container-cases";

const pod = "pod" as const;
const unschedulable = /^Unschedulable$/;
const resources = (message: string) =>
  [...new Set([...message.matchAll(/Insufficient ([\w./-]+?)[.,;]?(?=\s|$)/g)].map(([, name]) => name))].join(" and ");

const podCases: readonly Case[] = [
  {
    ...{
      id: "node-too-small",
      where: pod,
      reason: unschedulable,
      message: /Insufficient |Too many pods/,
      patience: 15,
    },
    cause: ({ message }) => `no node has ${resources(message) || "room"} left for it`,
    fix: () => "Add a node, or a larger one, or remove what fills them.",
  },
  {
    ...{ id: "volume-pending", where: pod, reason: unschedulable, patience: 20 },
    message: /unbound immediate PersistentVolumeClaims|didn't find available persistent volumes/,
    cause: () => "it waits for a volume that is not provisioned",
    fix: () => "See which claim is Pending and why: kubectl get pvc,storageclass -A",
  },
  {
    ...{ id: "node-tainted", where: pod, reason: unschedulable, message: /untolerated taint/, patience: 15 },
    cause: ({ message }) =>
      `every node keeps it away (${/taint(?:\(s\))? (\{[^}]*\})/.exec(message)?.[1] ?? "taints"})`,
    fix: () => "Make the node ready or remove its taint: kubectl describe nodes",
  },
  {
    ...{ id: "no-node", where: pod, reason: unschedulable, message: /no nodes available|0\/0 nodes/, patience: 15 },
    cause: () => "the cluster has no node that takes pods",
    fix: () => "Add a node: kubectl get nodes",
  },
  {
    ...{ id: "unschedulable", where: pod, reason: /^(Unschedulable|SchedulingGated|SchedulerError)$/, patience: 15 },
    cause: () => "the scheduler finds no node for it",
    fix: () => "Compare what it asks for with the nodes: kubectl describe nodes",
  },
  {
    ...{ id: "mount-object-missing", where: pod, reason: /^FailedMount$/, patience: 30 },
    message: /(secret|configmap)s? "[^"]+" not found|references non-existent/i,
    cause: ({ message, owner }) => {
      const name = /(?:secret|configmap)s? "([^"]+)" not found/i.exec(message)?.[1];
      const kind = /configmap/i.test(message) ? "ConfigMap" : "Secret";
      return name === undefined
        ? `a ${kind} that it mounts lacks a key`
        : `it mounts the ${kind} "${name}", which the namespace ${owner.namespace} does not have`;
    },
    fix: () => "Create it; a Secret of a Certificate is cert-manager's: kubectl get certificate,certificaterequest -A",
  },
  {
    ...{ id: "mount-failed", where: pod, reason: /^Failed(Mount|AttachVolume)$/, patience: 30 },
    cause: () => "a volume of it cannot be mounted",
    fix: ({ owner }) =>
      `See the volume's claim and driver: kubectl -n ${owner.namespace} get pvc; kubectl get csinodes`,
  },
  {
    ...{ id: "no-network", where: pod, reason: /^FailedCreatePodSandBox$/, patience: 20 },
    cause: () => "the node cannot give it a network",
    fix: () => "See whether the network plugin runs on the node: kubectl -n kube-system get pods -o wide",
  },
  {
    ...{
      id: "evicted",
      where: pod,
      reason: /^(Evicted|Preempting|NodeAffinity|OutOf\w+|Unexpected\w+)$/,
      patience: 10,
    },
    cause: ({ reason }) => `the node gave it up (${reason})`,
    fix: () => "Give the node more of what it lacks, or add one: kubectl describe nodes",
  },
  {
    ...{ id: "pod-not-ready", where: pod, patience: 20, cause: ({ reason }) => `it is not ready (${reason})` },
    fix: ({ owner }) => `Look at its events: kubectl -n ${owner.namespace} get events --sort-by=.lastTimestamp`,
  },
];

const controller = "controller" as const;

const controllerCases: readonly Case[] = [
  {
    ...{ id: "pod-security", where: controller, message: /violates PodSecurity/, patience: 0 },
    cause: ({ message, owner }) =>
      `the namespace ${owner.namespace} enforces PodSecurity "${quotedAfter(message, "violates PodSecurity", "restricted")}", which its pods do not meet`,
    fix: ({ owner }) =>
      `Allow what they need: kubectl label namespace ${owner.namespace} pod-security.kubernetes.io/enforce=privileged --overwrite; or let Istio's CNI plugin replace the sidecar's init container.`,
  },
  {
    ...{ id: "quota", where: controller, message: /exceeded quota|failed quota/, patience: 0 },
    cause: ({ message, owner }) =>
      `the quota "${/quota: ([\w.-]+)/.exec(message)?.[1] ?? ""}" of ${owner.namespace} refuses its pods`,
    fix: ({ owner }) =>
      `Raise it, or give the namespace a LimitRange with defaults: kubectl -n ${owner.namespace} describe quota`,
  },
  {
    ...{ id: "webhook-down", where: controller, message: /failed calling webhook/, patience: 20 },
    cause: ({ message }) =>
      `the webhook "${quotedAfter(message, "failed calling webhook", "of the namespace")}" has to see its pods, and does not answer`,
    fix: () =>
      "See whether the pods behind it run; a webhook whose program is gone is removed by hand: kubectl get mutatingwebhookconfigurations,validatingwebhookconfigurations",
  },
  {
    ...{
      id: "webhook-denied",
      where: controller,
      message: /admission webhook .* denied|ValidatingAdmissionPolicy/,
      patience: 0,
    },
    cause: ({ message }) => `"${quotedAfter(message, "admission webhook", "an admission policy")}" refuses its pods`,
    fix: () => "Change that rule, or make an exception for this namespace.",
  },
  {
    ...{ id: "account-missing", where: controller, message: /serviceaccount .*not found/i, patience: 20 },
    cause: () => "the ServiceAccount of its pods does not exist",
    fix: ({ owner }) => `Create it, or run pulumi up --refresh: kubectl -n ${owner.namespace} get serviceaccounts`,
  },
  {
    ...{ id: "namespace-ends", where: controller, message: /being terminated/, patience: 0 },
    cause: ({ owner }) => `the namespace ${owner.namespace} is being deleted, and takes nothing new`,
    fix: () => "Wait until it is gone, then run pulumi up again.",
  },
  {
    ...{ id: "pods-refused", where: controller, patience: 15, cause: () => "the API server refuses its pods" },
    fix: () => "Meet what the message asks for, or change who asks for it.",
  },
];

const claim = "claim" as const;

const clusterCases: readonly Case[] = [
  {
    ...{ id: "no-default-storage-class", where: claim, reason: /^NoDefaultClass$/, patience: 15 },
    cause: ({ message }) => `the claim names no StorageClass, and the cluster has no default one (${message})`,
    fix: () =>
      "Make one the default: kubectl annotate storageclass <name> storageclass.kubernetes.io/is-default-class=true; the claim is then filled by itself. Or set storage.className and delete the claim.",
  },
  {
    ...{ id: "unknown-storage-class", where: claim, reason: /^UnknownClass$/, patience: 0 },
    cause: ({ message }) => `the claim names a StorageClass that the cluster does not have (${message})`,
    fix: () => "Create that StorageClass, or set storage.className to one that is there and delete the claim.",
  },
  {
    ...{
      id: "not-provisioned",
      where: claim,
      patience: 30,
      cause: ({ reason }) => `its volume is not provisioned (${reason})`,
    },
    fix: () => "See whether the provisioner of the StorageClass runs: kubectl get storageclass; kubectl get csidrivers",
  },
  {
    ...{ id: "no-load-balancer", where: "service", patience: 30 },
    cause: () => "no load balancer has given it an address",
    fix: () =>
      "A cloud takes a minute or two. kind, k3d without its own, minikube and bare metal have none: install one (cloud-provider-kind, MetalLB, minikube tunnel) or set ingress.service.type to NodePort.",
  },
  {
    ...{ id: "namespace-terminating", where: "namespace", patience: 10 },
    cause: () => "it is being deleted, and takes nothing new until it is gone",
    fix: ({ owner }) =>
      `Wait until it is gone, then run pulumi up again. What holds it: kubectl api-resources --verbs=list --namespaced -o name | xargs -n1 kubectl -n ${owner.name} get --ignore-not-found --show-kind`,
  },
];

/** Every case. The first one that a symptom meets explains it; the last one of each place meets any. */
export const cases: readonly Case[] = [...containerCases, ...podCases, ...controllerCases, ...clusterCases];
