import type { Manifest } from "../../access/render/manifest";
import {
  NetworkPolicyEvaluator,
  type BlockReading,
  type Cluster,
  type Endpoint,
  type Protocol,
} from "./network-policy-evaluator";

const namespaces = ["x", "y", "z"] as const;
const pods = ["a", "b", "c"] as const;

/** Labels that a scenario changes, by `namespace` or `namespace/pod`. */
export type Relabeling = Readonly<Record<string, Readonly<Record<string, string>>>>;

function addressesOf(namespace: number, pod: number) {
  return { v4: `10.${namespace + 1}.0.${pod + 1}`, v6: `fd00:${namespace + 1}::${pod + 1}` };
}

/** The upstream scenarios' cluster: three namespaces of three pods, whose ports 80 and 81 have names per protocol. */
export function createPods(relabeling: Relabeling = {}): readonly Endpoint[] {
  const named = (["TCP", "UDP", "SCTP"] as const).flatMap((protocol) =>
    [80, 81].map((port) => ({ name: `serve-${port}-${protocol.toLowerCase()}`, protocol, port })),
  );
  return namespaces.flatMap((namespace, outer) =>
    pods.map((pod, inner) => {
      const name = `${namespace}/${pod}`;
      return { name, ...addressesOf(outer, inner), pod: { namespace, labels: { pod, ...relabeling[name] }, named } };
    }),
  );
}

function namespaceLabels(relabeling: Relabeling): Cluster["namespaces"] {
  return Object.fromEntries(
    namespaces.map((name) => [name, { "kubernetes.io/metadata.name": name, ns: name, ...relabeling[name] }]),
  );
}

/** A NetworkPolicy of a namespace. */
export function policyOf(namespace: string, spec: Readonly<Record<string, unknown>>): Manifest {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "case", namespace }, spec };
}

/** What a probe of the whole grid uses. */
export interface Probe {
  readonly protocol: Protocol;
  readonly port: number;
  readonly reading?: BlockReading;
  readonly relabeling?: Relabeling;
}

/** The pairs "x/a y/b" whose connection is closed, loopback left out, sorted; both address families have to agree. */
export function closedPairs(policies: readonly Manifest[], { protocol, port, ...probe }: Probe): readonly string[] {
  const { reading = "translated", relabeling = {} } = probe;
  const evaluator = new NetworkPolicyEvaluator({ policies, namespaces: namespaceLabels(relabeling), reading });
  const endpoints = createPods(relabeling);
  const pairs = endpoints.flatMap((from) => endpoints.filter((to) => to !== from).map((to) => ({ from, to })));
  const closed = (family: "v4" | "v6") =>
    pairs
      .filter(({ from, to }) => {
        const { egress, ingress } = evaluator.judge({ from, to, family, protocol, port });
        return !(egress && ingress);
      })
      .map(({ from, to }) => `${from.name} ${to.name}`)
      .sort();
  const [v4, v6] = [closed("v4"), closed("v6")];
  if (v4.join() !== v6.join()) throw new Error(`IPv4 and IPv6 differ: ${v4.join()} / ${v6.join()}`);
  return v4;
}

/** Pairs in short: "* > x/a !y/*" is everyone to x/a but for the pods of y; several texts are a union. */
export function expand(...texts: readonly string[]): readonly string[] {
  const names = createPods().map(({ name }) => name);
  const toList = (text: string) =>
    names.filter((name) =>
      text.split(",").some((part) => part === "*" || part === name || (part.endsWith("/*") && name[0] === part[0])),
    );
  const pairs = texts.flatMap((text) => {
    const match = /^(\S+?)(?:!(\S+))? > (\S+?)(?:!(\S+))?$/.exec(text);
    if (match === null) throw new Error(`not understood: ${text}`);
    const [, from = "", fromNot = "", to = "", toNot = ""] = match;
    const sources = toList(from).filter((name) => !toList(fromNot).includes(name));
    const targets = toList(to).filter((name) => !toList(toNot).includes(name));
    if (sources.length === 0 || targets.length === 0) throw new Error(`names nobody: ${text}`);
    return sources.flatMap((source) => targets.filter((name) => name !== source).map((name) => `${source} ${name}`));
  });
  return [...new Set(pairs)].sort();
}
