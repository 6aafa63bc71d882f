import type { Flow, FlowEnd } from "../model/flows/flow";
import { groupBy } from "../model/group-by";

/** Who is at the other end of a rule: pods, or addresses. */
export type Peer = Readonly<Record<string, unknown>>;

/** One rule of a NetworkPolicy; `from` belongs to ingress, `to` to egress. */
export interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports: readonly { readonly protocol: string; readonly port: number }[];
}

// Both conditions in one peer: two peers would be "or".
function toPeers(end: FlowEnd): Peer[] {
  if (end.kind === "addresses") {
    return end.blocks.map(({ cidr, except }) => ({ ipBlock: { cidr, ...(except.length > 0 && { except }) } }));
  }
  if (end.kind !== "pods") return [];
  const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": end.namespace } };
  return [{ namespaceSelector, podSelector: toSelector(end.labels) }];
}

/** Labels as a selector: none select every pod. */
export function toSelector(labels: Readonly<Record<string, string>>) {
  return Object.keys(labels).length === 0 ? {} : { matchLabels: labels };
}

function byText<T>(items: readonly T[]): T[] {
  const distinct = new Map(items.map((item) => [JSON.stringify(item), item]));
  return [...distinct].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, item]) => item);
}

// A ports-only rule is for everyone, so it is made for these ends alone and never of an empty list.
function isUnselectable(end: FlowEnd): boolean {
  return end.kind === "anyone" || end.kind === "apiServer";
}

/**
 * The rules for the flows of one subject in one direction: one per set of ports, so that a peer of one port does not get
 * the others. Flows without a peer to name are left out, since an empty list would mean everyone.
 */
export function toRules(direction: "from" | "to", flows: readonly Flow[]): Rule[] {
  const rules = [...groupBy(flows, ({ ports }) => JSON.stringify(ports)).values()].flatMap((group): Rule[] => {
    const ports = group[0]?.ports ?? [];
    const ends = group.map((flow): FlowEnd => flow[direction]);
    if (ends.some(isUnselectable)) return [{ ports }];
    const peers = byText(ends.flatMap(toPeers));
    return peers.length === 0 ? [] : [{ [direction]: peers, ports }];
  });
  return byText(rules);
}
