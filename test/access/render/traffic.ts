import * as net from "node:net";
import type { Manifest } from "../../../access/render/manifest";

/** One end of a flow: a pod by namespace and labels, or an address outside the cluster. */
export type End = { readonly namespace: string; readonly labels: Labels } | { readonly address: string };
type Labels = Readonly<Record<string, string>>;

interface Selector {
  readonly matchLabels?: Labels;
}
interface Peer {
  readonly namespaceSelector?: Selector;
  readonly podSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}
interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly protocol?: string; readonly port: number }[];
}

function matchesLabels({ matchLabels = {} }: Selector, labels: Labels): boolean {
  return Object.entries(matchLabels).every(([label, value]) => labels[label] === value);
}

function inBlock(address: string, cidr: string): boolean {
  const [base = "", length] = cidr.split("/");
  const family = net.isIPv6(base) ? "ipv6" : "ipv4";
  if (net.isIPv6(address) !== net.isIPv6(base)) return false;
  const block = new net.BlockList();
  block.addSubnet(base, Number(length), family);
  return block.check(address, family);
}

function matchesPeer({ namespaceSelector, podSelector, ipBlock }: Peer, end: End, own: string): boolean {
  if ("address" in end) {
    if (ipBlock === undefined) return false;
    return inBlock(end.address, ipBlock.cidr) && !(ipBlock.except ?? []).some((cidr) => inBlock(end.address, cidr));
  }
  if (ipBlock !== undefined) return false;
  const namespaceLabels = { "kubernetes.io/metadata.name": end.namespace };
  const sameNamespace = namespaceSelector ? matchesLabels(namespaceSelector, namespaceLabels) : end.namespace === own;
  return sameNamespace && matchesLabels(podSelector ?? {}, end.labels);
}

/**
 * Whether the policies let `end` use `port` of a pod (`Ingress`), or let the pod use `port` of `end` (`Egress`). The two
 * directions are judged apart, so that one side cannot hide a mistake of the other. An empty peer list means everyone.
 */
export function admits(
  policies: readonly Manifest[],
  direction: "Ingress" | "Egress",
  pod: { readonly namespace: string; readonly labels: Labels },
  end: End,
  port: number,
  protocol: "TCP" | "UDP" = "TCP",
): boolean {
  const isolating = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === pod.namespace &&
      matchesLabels(spec.podSelector as Selector, pod.labels) &&
      (spec.policyTypes as string[]).includes(direction),
  );
  if (isolating.length === 0) return true;
  const rules = isolating.flatMap(({ spec }) => (spec[direction.toLowerCase()] ?? []) as Rule[]);
  return rules.some(({ from, to, ports }) => {
    const peers = (direction === "Ingress" ? from : to) ?? [];
    const reachesPort =
      ports === undefined || ports.some((it) => it.port === port && (it.protocol ?? "TCP") === protocol);
    return reachesPort && (peers.length === 0 || peers.some((peer) => matchesPeer(peer, end, pod.namespace)));
  });
}
