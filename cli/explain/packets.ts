import { BlockList, isIPv6 } from "node:net";
import { becauseAnnotation, type Manifest } from "../../access/render/manifest";
import type { Pods } from "./ends";

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}
interface Peer {
  readonly namespaceSelector?: Selector;
  readonly podSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}
interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly {
    readonly protocol?: string;
    readonly port?: number | string;
    readonly endPort?: number;
  }[];
}

/** The other end of a flow: pods, or an address outside of the cluster. */
export type PacketEnd = Pods | { readonly address: string };

/** What is sent: a TCP port unless said otherwise. */
export interface PacketPort {
  readonly port: number;
  readonly protocol?: "TCP" | "UDP";
}

/** What decides on one end of a flow. `unfiltered`: no policy selects these pods in this direction. */
export interface PacketVerdict {
  readonly verdict: "open" | "closed" | "unfiltered";
  /** Names of the policies that allow it, or of all that select the pods. */
  readonly policies: readonly string[];
  readonly because?: string;
}

// What the renderers do not write is refused here: an answer that ignores half of a selector would be wrong.
function matches(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  const { matchLabels = {}, ...others } = selector;
  if (Object.keys(others).length > 0) throw new Error(`a selector with ${Object.keys(others).join(", ")} is not known`);
  return Object.entries(matchLabels).every(([label, value]) => labels[label] === value);
}

function inBlock(address: string, cidr: string): boolean {
  const [base = "", length] = cidr.split("/");
  if (isIPv6(base) !== isIPv6(address)) return false;
  const family = isIPv6(base) ? "ipv6" : "ipv4";
  const block = new BlockList();
  block.addSubnet(base, Number(length), family);
  return block.check(address, family);
}

function isPeer({ namespaceSelector, podSelector, ipBlock }: Peer, end: PacketEnd, own: string): boolean {
  if ("address" in end) {
    if (ipBlock === undefined) return false;
    return inBlock(end.address, ipBlock.cidr) && !(ipBlock.except ?? []).some((cidr) => inBlock(end.address, cidr));
  }
  if (ipBlock !== undefined) return false;
  const inNamespace = namespaceSelector
    ? matches(namespaceSelector, { "kubernetes.io/metadata.name": end.namespace })
    : end.namespace === own;
  return inNamespace && matches(podSelector ?? {}, end.labels);
}

function allows(rule: Rule, peers: readonly Peer[] | undefined, end: PacketEnd, own: string, sent: PacketPort) {
  const { port, protocol = "TCP" } = sent;
  const onPort =
    rule.ports === undefined ||
    rule.ports.some((one) => {
      if ((one.protocol ?? "TCP") !== protocol) return false;
      return one.port === undefined || (Number(one.port) <= port && port <= (one.endPort ?? Number(one.port)));
    });
  return onPort && (peers === undefined || peers.length === 0 || peers.some((peer) => isPeer(peer, end, own)));
}

/** What the policies say on one end: whether `pods` may be reached by (`Ingress`) or reach (`Egress`) `end`. */
export function judgePackets(
  policies: readonly Manifest[],
  direction: "Ingress" | "Egress",
  pods: Pods,
  end: PacketEnd,
  sent: PacketPort,
): PacketVerdict {
  const selecting = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === pods.namespace &&
      (spec.policyTypes as readonly string[]).includes(direction) &&
      matches((spec.podSelector ?? {}) as Selector, pods.labels),
  );
  if (selecting.length === 0) return { verdict: "unfiltered", policies: [] };
  const allowing = selecting.filter(({ spec }) => {
    const rules = (direction === "Ingress" ? spec.ingress : spec.egress) as readonly Rule[] | undefined;
    return (rules ?? []).some((rule) =>
      allows(rule, direction === "Ingress" ? rule.from : rule.to, end, pods.namespace, sent),
    );
  });
  const deciding = allowing.length > 0 ? allowing : selecting;
  return {
    verdict: allowing.length > 0 ? "open" : "closed",
    policies: deciding.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    because: deciding[0]?.metadata.annotations?.[becauseAnnotation],
  };
}
