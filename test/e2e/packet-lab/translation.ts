import type { Manifest } from "../../../access/render/manifest";

/** What the translation knows of a place: a pod with labels, or a host (no namespace). */
export interface FilteredPlace {
  readonly v4: string;
  readonly v6: string;
  readonly pod?: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> };
  readonly service?: { readonly v4: string; readonly v6: string; readonly port: number; readonly targetPort: number };
}

/** Which packet filter to write: the end that judges, and what address blocks are compared with. */
export interface Filter {
  readonly end: "egress" | "ingress";
  readonly reading: "translated" | "dialed" | "outside";
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: unknown;
}

interface Rule {
  readonly from?: readonly RulePeer[];
  readonly to?: readonly RulePeer[];
  readonly ports?: readonly {
    readonly protocol?: string;
    readonly port?: number | string;
    readonly endPort?: number;
  }[];
}

interface RulePeer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

const families = [
  { family: "v4", ip: "ip" },
  { family: "v6", ip: "ip6" },
] as const;

/** The part that every filter of the lab has: Services, and the record of what was closed. */
const record = `
  set closed_v4 { type ipv4_addr . ipv4_addr . inet_proto . inet_service; flags dynamic; size 262144; }
  set closed_v6 { type ipv6_addr . ipv6_addr . inet_proto . inet_service; flags dynamic; size 262144; }
  set pinged_v4 { type ipv4_addr . ipv4_addr; flags dynamic; size 262144; }
  set pinged_v6 { type ipv6_addr . ipv6_addr; flags dynamic; size 262144; }
  chain closed {
    meta l4proto { tcp, udp } add @closed_v4 { ip saddr . ip daddr . meta l4proto . th dport }
    meta l4proto { tcp, udp } add @closed_v6 { ip6 saddr . ip6 daddr . meta l4proto . th dport }
    meta l4proto icmp add @pinged_v4 { ip saddr . ip daddr }
    meta l4proto ipv6-icmp add @pinged_v6 { ip6 saddr . ip6 daddr }
    meta l4proto tcp reject with tcp reset
    drop
  }
`;

// A Service has one port, which leads to the first port of its pods.
function serviceMaps(places: readonly FilteredPlace[]): string {
  return families
    .map(({ family, ip }) => {
      const type = `ip${family}_addr`;
      const entries = places.flatMap(({ service, ...place }) =>
        service === undefined
          ? []
          : [`${service[family]} . tcp . ${service.port} : ${place[family]} . ${service.targetPort}`],
      );
      const elements = entries.length === 0 ? "" : `elements = { ${entries.join(", ")} };`;
      return `
  map services_${family} { type ${type} . inet_proto . inet_service : ${type} . inet_service; ${elements} }
  chain translate_${family} {
    type nat hook prerouting priority -100;
    dnat ${ip} addr . port to ${ip} daddr . meta l4proto . th dport map @services_${family}
  }`;
    })
    .join("\n");
}

function matches(selector: Selector | undefined, labels: Readonly<Record<string, string>>): boolean {
  if (selector?.matchExpressions !== undefined) throw new Error("the packet lab knows matchLabels alone");
  for (const [key, value] of Object.entries(selector?.matchLabels ?? {})) if (labels[key] !== value) return false;
  return true;
}

function portMatches(ports: Rule["ports"] = []): string[] {
  if (ports.length === 0) return [""];
  return ports.map(({ protocol = "TCP", port, endPort }) => {
    if (typeof port === "string") throw new Error("the packet lab knows no names of ports");
    if (port === undefined) return `meta l4proto ${protocol.toLowerCase()}`;
    return `${protocol.toLowerCase()} dport ${endPort === undefined ? port : `${port}-${endPort}`}`;
  });
}

/** One packet filter out of policies: a chain per policy, a chain per closed pod, and a map that finds it by address. */
export class Translation {
  private readonly side: "saddr" | "daddr";

  constructor(
    private readonly policies: readonly Manifest[],
    private readonly places: readonly FilteredPlace[],
    private readonly filter: Filter,
  ) {
    this.side = filter.end === "egress" ? "daddr" : "saddr";
  }

  /** The text that `nft -f` reads; filters with tables of different names judge the same packets, one after the other. */
  toText(table = "lab"): string {
    const chains = this.policies.map((policy, index) => this.policyChain(policy, index));
    const pods = this.places.map((place, index) => this.podChain(place, index)).filter((chain) => chain !== "");
    return [
      `table inet ${table} {`,
      serviceMaps(this.places),
      record,
      ...chains,
      ...pods,
      "  chain forward { type filter hook forward priority 0; policy accept;",
      "    ct direction reply accept",
      ...families.map((one) => this.dispatch(one)),
      "  }",
      "}",
      "",
    ].join("\n");
  }

  private dispatch({ family, ip }: (typeof families)[number]): string {
    const own = this.side === "daddr" ? "saddr" : "daddr";
    const entries = this.places.flatMap((place, index) =>
      this.policiesFor(place).length === 0 ? [] : [`${place[family]} : goto pod_${index}`],
    );
    return entries.length === 0 ? "" : `    ${ip} ${own} vmap { ${entries.join(", ")} }`;
  }

  // Absent types: Ingress always, Egress with a rule for it.
  private policiesFor({ pod }: FilteredPlace): number[] {
    const wanted = this.filter.end === "egress" ? "Egress" : "Ingress";
    if (pod === undefined) return [];
    return this.policies.flatMap(({ metadata, spec }, index) => {
      const { policyTypes = [], egress = [] } = spec as { policyTypes?: string[]; egress?: unknown[] };
      const fallback = egress.length === 0 ? ["Ingress"] : ["Ingress", "Egress"];
      const types = policyTypes.length === 0 ? fallback : policyTypes;
      if (metadata.namespace !== pod.namespace || !types.includes(wanted)) return [];
      return matches(spec.podSelector as Selector, pod.labels) ? [index] : [];
    });
  }

  private podChain(place: FilteredPlace, index: number): string {
    const own = this.policiesFor(place);
    if (own.length === 0) return "";
    return `  chain pod_${index} { ${own.map((policy) => `jump policy_${policy};`).join(" ")} goto closed; }`;
  }

  private policyChain({ metadata, spec }: Manifest, index: number): string {
    const rules = (spec[this.filter.end] ?? []) as Rule[];
    const lines = rules.flatMap((rule) => {
      const addresses = this.peerMatches(rule, metadata.namespace ?? "");
      return portMatches(rule.ports).flatMap((port) => addresses.map((address) => `    ${address} ${port} accept`));
    });
    return [`  chain policy_${index} {`, ...lines, "  }"].join("\n");
  }

  private peerMatches({ from, to }: Rule, namespace: string): string[] {
    const peers = (this.side === "saddr" ? from : to) ?? [];
    if (peers.length === 0) return [""];
    return [...this.podMatches(peers, namespace), ...peers.flatMap(({ ipBlock }) => this.blockMatch(ipBlock))];
  }

  private podMatches(peers: readonly RulePeer[], namespace: string): string[] {
    const found = this.places.filter(({ pod }) =>
      peers.some(({ ipBlock, podSelector, namespaceSelector }) => {
        if (pod === undefined || ipBlock !== undefined) return false;
        const labels = { "kubernetes.io/metadata.name": pod.namespace };
        const here = namespaceSelector ? matches(namespaceSelector, labels) : pod.namespace === namespace;
        return here && matches(podSelector, pod.labels);
      }),
    );
    if (found.length === 0) return [];
    return families.map(({ family, ip }) => `${ip} ${this.side} { ${found.map((one) => one[family]).join(", ")} }`);
  }

  private blockMatch(block: RulePeer["ipBlock"]): string[] {
    if (block === undefined) return [];
    const { family, ip } = block.cidr.includes(":") ? families[1] : families[0];
    const dialed = this.filter.reading === "dialed" && this.side === "daddr";
    const address = `${dialed ? "ct original " : ""}${ip} ${this.side}`;
    const pods = this.filter.reading === "outside" ? this.places.filter(({ pod }) => pod !== undefined) : [];
    const outside = pods.length === 0 ? "" : `${address} != { ${pods.map((place) => place[family]).join(", ")} }`;
    // One by one: the members of a set may not overlap.
    const excepted = (block.except ?? []).map((part) => `${address} != ${part}`);
    return [[`${address} ${block.cidr}`, ...excepted, outside].join(" ")];
  }
}
