import * as ipaddr from "ipaddr.js";
import type { Manifest } from "../../access/render/manifest";
import { selects, type LabelSelector } from "./network-policy-selectors";

export type Protocol = "TCP" | "UDP" | "SCTP" | "ICMP";
export type Family = "v4" | "v6";

/** Something with addresses: a pod, or (`pod` absent) a host outside of every pod. */
export interface Endpoint {
  readonly name: string;
  readonly v4: string;
  readonly v6: string;
  readonly pod?: {
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    /** Container ports that have a name. */
    readonly named?: readonly { readonly name: string; readonly protocol: Protocol; readonly port: number }[];
  };
}

/** The first packet of a connection. `port` is the pod's; ICMP has none (0). `dialed`: the Service address, if one was. */
export interface Packet {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly family: Family;
  readonly protocol: Protocol;
  readonly port: number;
  readonly dialed?: string;
}

/**
 * What `ipBlock` is compared with, which the specification leaves open: `translated`, the address after Service
 * translation, pods' own included; `dialed`, the address that the client wrote, pods' own included; `outside`, addresses
 * of non-pods alone.
 */
export type BlockReading = "translated" | "dialed" | "outside";

/** Whether each end's policies let a packet through, judged apart: the packet arrives if both do. */
export interface Verdict {
  readonly egress: boolean;
  readonly ingress: boolean;
}

/** What the packet filter knows of a cluster. */
export interface Cluster {
  readonly policies: readonly Manifest[];
  /** Labels of each namespace. */
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly reading: BlockReading;
}

interface Peer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface Port {
  readonly protocol?: Protocol;
  readonly port?: number | string;
  readonly endPort?: number;
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly Port[];
}

interface Spec {
  readonly podSelector?: LabelSelector;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

type Direction = keyof Verdict;

/** The directions in which a policy isolates. Not given: Ingress, and Egress when there is an egress rule. */
export function typesOf({ policyTypes, egress }: Spec): readonly string[] {
  if (policyTypes !== undefined && policyTypes.length > 0) return policyTypes;
  return egress !== undefined && egress.length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
}

const answers = new Map<string, boolean>();

// Pure and asked over and over, while reading an IPv6 address is slow.
function contains(cidr: string, address: string): boolean {
  const key = `${cidr} ${address}`;
  const known = answers.get(key);
  if (known !== undefined) return known;
  const [network, bits] = ipaddr.parseCIDR(cidr);
  const parsed = ipaddr.parse(address);
  const answer = parsed.kind() === network.kind() && parsed.match(network, bits);
  answers.set(key, answer);
  return answer;
}

function addressOf(packet: Packet, direction: Direction, reading: BlockReading): string | undefined {
  const peer = direction === "ingress" ? packet.from : packet.to;
  if (reading === "outside" && peer.pod !== undefined) return undefined;
  if (reading === "dialed" && direction === "egress" && packet.dialed !== undefined) return packet.dialed;
  return peer[packet.family];
}

/** Whether an address is in a block and in none of its exceptions; no address, or one of the other family, is not. */
export function isInBlock({ cidr, except = [] }: NonNullable<Peer["ipBlock"]>, address: string | undefined): boolean {
  return address !== undefined && contains(cidr, address) && !except.some((part) => contains(part, address));
}

// A number, a range, or the name of a container port of whoever receives the packet. No port: every port. The protocol
// defaults to TCP, also where nothing else is said; ICMP is in no rule that names ports.
function opensPort(ports: readonly Port[] | undefined, packet: Packet): boolean {
  if (ports === undefined || ports.length === 0) return true;
  return ports.some(({ protocol = "TCP", port, endPort }) => {
    if (protocol !== packet.protocol) return false;
    if (port === undefined) return true;
    if (typeof port === "number") return packet.port >= port && packet.port <= (endPort ?? port);
    const named = packet.to.pod?.named ?? [];
    return named.some((own) => own.name === port && own.protocol === protocol && own.port === packet.port);
  });
}

function checkPeer(peer: Peer): void {
  const { ipBlock, podSelector, namespaceSelector } = peer;
  const hasSelector = podSelector !== undefined || namespaceSelector !== undefined;
  if ((ipBlock !== undefined) === hasSelector) throw new Error(`no such peer: ${JSON.stringify(peer)}`);
}

/** One cluster's packet filter, as the specification of NetworkPolicy describes it. What a node sends is not exempted. */
export class NetworkPolicyEvaluator {
  private readonly selected = new Map<Endpoint, Readonly<Record<Direction, readonly CompiledPolicy[]>>>();
  private readonly policies: readonly CompiledPolicy[];

  constructor(cluster: Cluster) {
    this.policies = cluster.policies.map((policy) => new CompiledPolicy(policy, cluster));
  }

  judge(packet: Packet): Verdict {
    return { egress: this.opens("egress", packet), ingress: this.opens("ingress", packet) };
  }

  /** Whether one end lets the packet through: the union of all policies that select the pod. Loopback is never filtered. */
  opens(end: Direction, packet: Packet): boolean {
    if (packet.from === packet.to) return true;
    const policies = this.policiesOf(end === "egress" ? packet.from : packet.to)[end];
    return policies.length === 0 || policies.some((policy) => policy.allows(end, packet));
  }

  /** Whether any policy selects the pod for this direction: then everything is closed that no rule opens. */
  isolates(endpoint: Endpoint, direction: Direction): boolean {
    return this.policiesOf(endpoint)[direction].length > 0;
  }

  private policiesOf(endpoint: Endpoint): Readonly<Record<Direction, readonly CompiledPolicy[]>> {
    const known = this.selected.get(endpoint);
    if (known !== undefined) return known;
    const selecting = this.policies.filter((policy) => policy.selects(endpoint));
    const found = {
      egress: selecting.filter(({ types }) => types.includes("Egress")),
      ingress: selecting.filter(({ types }) => types.includes("Ingress")),
    };
    this.selected.set(endpoint, found);
    return found;
  }
}

class CompiledPolicy {
  readonly types: readonly string[];
  private readonly spec: Spec;
  private readonly namespace: string;
  private readonly answers = new Map<Rule, Map<string, boolean>>();

  constructor(
    { metadata, spec }: Manifest,
    private readonly cluster: Cluster,
  ) {
    this.spec = spec;
    this.namespace = metadata.namespace ?? "default";
    this.types = typesOf(this.spec);
    [...(this.spec.ingress ?? []), ...(this.spec.egress ?? [])].forEach((rule) =>
      [...(rule.from ?? []), ...(rule.to ?? [])].forEach(checkPeer),
    );
  }

  selects({ pod }: Endpoint): boolean {
    return pod?.namespace === this.namespace && selects(this.spec.podSelector ?? {}, pod.labels);
  }

  allows(direction: Direction, packet: Packet): boolean {
    const rules = this.spec[direction] ?? [];
    return rules.some((rule) => opensPort(rule.ports, packet) && this.matchesPeer(rule, direction, packet));
  }

  private matchesPeer(rule: Rule, direction: Direction, packet: Packet): boolean {
    const peers = direction === "ingress" ? rule.from : rule.to;
    if (peers === undefined || peers.length === 0) return true;
    const end = direction === "ingress" ? packet.from : packet.to;
    const address = addressOf(packet, direction, this.cluster.reading);
    const key = `${end.name} ${packet.family} ${address}`;
    const answers = this.answers.get(rule) ?? new Map<string, boolean>();
    this.answers.set(rule, answers);
    const answer = answers.get(key) ?? peers.some((peer) => this.isPeer(peer, end, address));
    answers.set(key, answer);
    return answer;
  }

  private isPeer({ ipBlock, podSelector, namespaceSelector }: Peer, { pod }: Endpoint, address?: string): boolean {
    if (ipBlock !== undefined) return isInBlock(ipBlock, address);
    if (pod === undefined) return false;
    const inNamespace =
      namespaceSelector === undefined
        ? pod.namespace === this.namespace
        : selects(namespaceSelector, this.cluster.namespaces[pod.namespace] ?? {});
    return inNamespace && selects(podSelector ?? {}, pod.labels);
  }
}
