/** Pods of one namespace by their labels; no labels: every pod of it. `name` is unique in its namespace. */
export interface PodsEnd {
  readonly kind: "pods";
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Addresses outside of the cluster, or of hosts: blocks in normal form, IPv4 and IPv6 mixed, each less its `except`. */
export interface AddressesEnd {
  readonly kind: "addresses";
  readonly name: string;
  readonly blocks: readonly { readonly cidr: string; readonly except: readonly string[] }[];
}

/**
 * An end that no selector matches. `anyone`: the public. `apiServer`: calls of the control plane, which come from hosts or
 * tunnels. `nodes`: the kubelet of the pod's own node, which Kubernetes lets through whatever the policies say.
 */
interface UnselectableEnd {
  readonly kind: "anyone" | "apiServer" | "nodes";
}

/** One end of a flow. */
export type FlowEnd = PodsEnd | AddressesEnd | UnselectableEnd;

/** What a flow is for. Every policy serves one purpose, and carries it in its name. */
type Purpose =
  | "calls"
  | "stores"
  | "public"
  | "mesh"
  | "webhooks"
  | "probes"
  | "metrics"
  | "dns"
  | "overlay"
  | "management"
  | "api-server"
  | "acme"
  | "internet";

/** A port of a pod, after the translation of Service addresses. */
export interface FlowPort {
  readonly protocol: "TCP" | "UDP";
  readonly port: number;
}

/** One permitted way of packets: who opens a connection to whom, on which ports, and why. */
export interface Flow {
  readonly purpose: Purpose;
  readonly from: PodsEnd | UnselectableEnd;
  readonly to: PodsEnd | AddressesEnd;
  readonly ports: readonly FlowPort[];
  /** In a sentence or two; it becomes an annotation of the policies at both ends. */
  readonly because: string;
}

/** TCP ports of a pod. */
export function tcp(...ports: readonly number[]): readonly FlowPort[] {
  return ports.map((port) => ({ protocol: "TCP", port }));
}

/** Every pod of a namespace. */
export function everyPod(namespace: string): PodsEnd {
  return { kind: "pods", name: "every-pod", namespace, labels: {} };
}
