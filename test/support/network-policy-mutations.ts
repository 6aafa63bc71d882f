import type { Manifest } from "../../access/render/manifest";

type Json = Readonly<Record<string, unknown>>;
type Direction = "ingress" | "egress";

/** One mistake made at one place of a rendered set: the policy at `index` became `policies`, none when it was dropped. */
export interface Mutant {
  readonly kind: string;
  readonly index: number;
  readonly policies: readonly Manifest[];
}

interface Spot {
  readonly policy: Manifest;
  readonly rules: readonly { readonly direction: Direction; readonly rule: Json; readonly position: number }[];
}

const peerKey = { ingress: "from", egress: "to" } as const;

function withSpec({ spec, ...policy }: Manifest, changes: Json): Manifest {
  const entries = Object.entries({ ...spec, ...changes }).filter(([, value]) => value !== undefined);
  return { ...policy, spec: Object.fromEntries(entries) };
}

function spotOf(policy: Manifest): Spot {
  const rules = (["ingress", "egress"] as const).flatMap((direction) =>
    ((policy.spec[direction] ?? []) as Json[]).map((rule, position) => ({ direction, rule, position })),
  );
  return { policy, rules };
}

// Each rule in turn, replaced by each of its variants.
function eachRule(variants: (rule: Json, direction: Direction, namespace: string) => readonly (readonly Json[])[]) {
  return ({ policy, rules }: Spot): Manifest[] =>
    rules.flatMap(({ direction, rule, position }) =>
      variants(rule, direction, policy.metadata.namespace ?? "").map((replacement) =>
        withSpec(policy, {
          [direction]: (policy.spec[direction] as Json[]).flatMap((own, index) =>
            index === position ? replacement : [own],
          ),
        }),
      ),
    );
}

function eachPeer(variants: (peer: Json, namespace: string) => readonly (readonly Json[])[]) {
  return eachRule((rule, direction, namespace) => {
    const key = peerKey[direction];
    const peers = (rule[key] ?? []) as Json[];
    return peers.flatMap((peer, position) =>
      variants(peer, namespace).map((replacement) => [
        { ...rule, [key]: peers.flatMap((own, index) => (index === position ? replacement : [own])) },
      ]),
    );
  });
}

function eachPort(variants: (port: Json) => readonly (readonly Json[])[]) {
  return eachRule((rule) => {
    const ports = (rule.ports ?? []) as Json[];
    return ports.flatMap((port, position) =>
      variants(port).map((replacement) => [
        { ...rule, ports: ports.flatMap((own, index) => (index === position ? replacement : [own])) },
      ]),
    );
  });
}

const hasLabels = (selector: unknown) => Object.keys(selector ?? {}).length > 0;
const isDeny = ({ rules }: Spot) => rules.length === 0;
const blockOf = ({ ipBlock }: Json) => ipBlock as { cidr: string; except?: readonly string[] } | undefined;

// A peer of the policy's own namespace is the same with and without naming it.
function isOnly(namespaceSelector: unknown, namespace: string): boolean {
  return Object.values((namespaceSelector as { matchLabels: Json }).matchLabels).includes(namespace);
}

function misspelled(selector: unknown): Json {
  const { matchLabels } = selector as { matchLabels: Readonly<Record<string, string>> };
  return { matchLabels: Object.fromEntries(Object.entries(matchLabels).map(([key, value]) => [`${key}x`, value])) };
}

function exceptions(peer: Json): Json[][] {
  const block = blockOf(peer);
  return (block?.except ?? []).map((part) => [
    { ipBlock: { ...block, except: block?.except?.filter((other) => other !== part) } },
  ]);
}

/** The listed mistakes, each with the places of one policy where it can be made. */
const kinds: Readonly<Record<string, (spot: Spot) => readonly Manifest[]>> = {
  "drop a rule": eachRule(() => [[]]),
  "empty a peer list": eachRule((rule, direction) =>
    rule[peerKey[direction]] === undefined ? [] : [[{ ...rule, [peerKey[direction]]: [] }]],
  ),
  "leave the peer list out": eachRule(({ ports, ...rule }) => (Object.keys(rule).length === 0 ? [] : [[{ ports }]])),
  "drop a peer": eachPeer(() => [[]]),
  "open every port": eachRule((rule) => [[{ ...rule, ports: [] }]]),
  "drop a port": eachPort(() => [[]]),
  "name a port": eachPort((port) => [[{ ...port, port: "https" }]]),
  "open a range of ports": eachPort((port) => [[{ ...port, endPort: 65535 }]]),
  "mistake the protocol": eachPort((port) => [[{ ...port, protocol: port.protocol === "TCP" ? "UDP" : "TCP" }]]),
  "write the Service's port": eachPort((port) => [[{ ...port, port: (port.port as number) + 10_000 }]]),
  "widen a block to everything": eachPeer((peer) => {
    const block = blockOf(peer);
    return block === undefined ? [] : [[{ ipBlock: { cidr: block.cidr.includes(":") ? "::/0" : "0.0.0.0/0" } }]];
  }),
  "widen a block by one bit": eachPeer((peer) => {
    const [network, bits] = blockOf(peer)?.cidr.split("/") ?? [];
    return bits === undefined || bits === "0"
      ? []
      : [[{ ipBlock: { ...blockOf(peer), cidr: `${network}/${Number(bits) - 1}` } }]];
  }),
  "forget an exception": eachPeer(exceptions),
  "take two conditions for either": eachPeer(({ podSelector, namespaceSelector }) =>
    podSelector === undefined || !hasLabels(podSelector) ? [] : [[{ podSelector }, { namespaceSelector }]],
  ),
  "forget the namespace of a peer": eachPeer(({ podSelector, namespaceSelector }, namespace) =>
    podSelector === undefined || isOnly(namespaceSelector, namespace) ? [] : [[{ podSelector }]],
  ),
  "forget the labels of a peer": eachPeer(({ podSelector, namespaceSelector }) =>
    hasLabels(podSelector) ? [[{ namespaceSelector }]] : [],
  ),
  "misspell the labels of a peer": eachPeer(({ podSelector, ...peer }) =>
    hasLabels(podSelector) ? [[{ ...peer, podSelector: misspelled(podSelector) }]] : [],
  ),
  "misspell the pods": ({ policy }) =>
    hasLabels(policy.spec.podSelector) ? [withSpec(policy, { podSelector: misspelled(policy.spec.podSelector) })] : [],
  "select every pod": ({ policy }) =>
    hasLabels(policy.spec.podSelector) ? [withSpec(policy, { podSelector: {} })] : [],
  "drop policyTypes": ({ policy }) => [withSpec(policy, { policyTypes: undefined })],
  "forget a direction of a default deny": (spot) =>
    isDeny(spot) ? ["Ingress", "Egress"].map((type) => withSpec(spot.policy, { policyTypes: [type] })) : [],
  "narrow a default deny": (spot) =>
    isDeny(spot)
      ? [withSpec(spot.policy, { podSelector: { matchLabels: { "agyn.dev/managed-by": "agents-orchestrator" } } })]
      : [],
  "open a default deny": (spot) =>
    isDeny(spot) ? ["ingress", "egress"].map((direction) => withSpec(spot.policy, { [direction]: [{}] })) : [],
  "let a namespace in itself": (spot) =>
    isDeny(spot)
      ? ["ingress", "egress"].map((direction) =>
          withSpec(spot.policy, {
            [direction]: [{ [direction === "ingress" ? "from" : "to"]: [{ podSelector: {} }] }],
          }),
        )
      : [],
  "open the shared address range": (spot) =>
    isDeny(spot) ? [withSpec(spot.policy, { egress: [{ to: [{ ipBlock: { cidr: "100.64.0.0/10" } }] }] })] : [],
  "open the metadata service": (spot) =>
    isDeny(spot) ? [withSpec(spot.policy, { egress: [{ to: [{ ipBlock: { cidr: "169.254.169.254/32" } }] }] })] : [],
};

// The long lists of peers and ports are alike from end to end.
function firstAndLast<T>(items: readonly T[]): readonly T[] {
  return items.length < 3 ? items : [...items.slice(0, 1), ...items.slice(-1)];
}

/** The mutants of a set of policies, by kind of mistake: in every policy the first and the last place to make it. */
export function mutantsOf(policies: readonly Manifest[]): readonly Mutant[] {
  return policies.flatMap((policy, index) => {
    const spot = spotOf(policy);
    const made = Object.entries(kinds).flatMap(([kind, mutate]) =>
      firstAndLast(mutate(spot)).map((mutated) => ({ kind, index, policies: [mutated] })),
    );
    return [...made, { kind: "drop the policy", index, policies: [] }];
  });
}
