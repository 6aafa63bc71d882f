import { becauseAnnotation, type Manifest } from "../manifest";

/** Who is at the other end of a flow: pods, a whole namespace, or addresses outside the cluster. */
export type Peer = Readonly<Record<string, unknown>>;

/** One rule of a NetworkPolicy; `from` belongs to ingress, `to` to egress. */
export interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports: readonly { readonly protocol: string; readonly port: number }[];
}

// What is never "the internet": private, shared, link-local (cloud metadata), loopback and reserved ranges.
const notPublic = {
  v4: [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "172.16.0.0/12",
  ].concat(["192.168.0.0/16", "224.0.0.0/4", "240.0.0.0/4"]),
  v6: ["::1/128", "fc00::/7", "fe80::/10", "ff00::/8"],
};

function inNamespace(namespace: string): Peer {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } };
}

/** Every pod of a namespace. */
export function toNamespace(namespace: string): Peer {
  return { ...inNamespace(namespace), podSelector: {} };
}

/** The pods of a namespace that carry these labels: both conditions in one peer, two peers would be "or". */
export function toPods(namespace: string, labels: Readonly<Record<string, string>>): Peer {
  return { ...inNamespace(namespace), podSelector: { matchLabels: labels } };
}

/** Addresses outside the cluster. The whole address space means the public part of it. */
export function toBlocks(blocks: readonly string[]): Peer[] {
  return blocks.map((cidr) => {
    if (cidr === "0.0.0.0/0") return { ipBlock: { cidr, except: notPublic.v4 } };
    if (cidr === "::/0") return { ipBlock: { cidr, except: notPublic.v6 } };
    return { ipBlock: { cidr } };
  });
}

/** A rule for these peers on these TCP pod ports; none when there is no peer, since an empty list means everyone. */
export function allow(direction: "from" | "to", peers: readonly Peer[], ports: readonly number[]): Rule[] {
  if (peers.length === 0) return [];
  const distinct = [...new Map(peers.map((peer) => [JSON.stringify(peer), peer])).entries()];
  const sorted = distinct.sort(([left], [right]) => (left < right ? -1 : 1)).map(([, peer]) => peer);
  return [{ [direction]: sorted, ports: ports.map((port) => ({ protocol: "TCP", port })) }];
}

/** Name resolution: the cluster's DNS pods, over both protocols. */
export function dns(): Rule[] {
  const ports = ["UDP", "TCP"].map((protocol) => ({ protocol, port: 53 }));
  return [{ to: [toPods("kube-system", { "k8s-app": "kube-dns" })], ports }];
}

/** What an allowing NetworkPolicy is made of. */
export interface PolicySpec {
  readonly name: string;
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
  readonly because: string;
}

/** An allowing NetworkPolicy; none when it would allow nothing. Its types name the directions it has rules for. */
export function policy({ name, namespace, selector, ingress = [], egress = [], because }: PolicySpec): Manifest[] {
  if (ingress.length === 0 && egress.length === 0) return [];
  const podSelector = Object.keys(selector).length === 0 ? {} : { matchLabels: selector };
  const policyTypes = [...(ingress.length > 0 ? ["Ingress"] : []), ...(egress.length > 0 ? ["Egress"] : [])];
  return [
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, namespace, annotations: { [becauseAnnotation]: because } },
      spec: { podSelector, policyTypes, ...(ingress.length > 0 && { ingress }), ...(egress.length > 0 && { egress }) },
    },
  ];
}

/** Closes every pod of a namespace in both directions. */
export function denyAll(namespace: string): Manifest {
  const because = "What no other policy of this namespace allows is closed.";
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "default-deny", namespace, annotations: { [becauseAnnotation]: because } },
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
  };
}
