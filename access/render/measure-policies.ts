import type { Manifest } from "./manifest";

/** What Istio and Kubernetes accept at most: in one policy, in one rule of it, and in one object (bytes). */
export const policyLimits = { rules: 512, sourcesPerRule: 512, bytes: 1_500_000 } as const;

/** Size of a set of AuthorizationPolicies. Bytes are of the JSON that the API server receives. */
export interface PolicySize {
  readonly policies: number;
  readonly bytes: number;
  readonly rules: number;
  /** The greatest single policy, by bytes. */
  readonly largest: { readonly name: string; readonly bytes: number; readonly rules: number };
  readonly mostSourcesInRule: number;
  /** Rules that the proxies of each policy's pods hold, its own and the namespace's: `namespace/name` -> rules. */
  readonly rulesPerProxy: Readonly<Record<string, number>>;
}

interface Rule {
  readonly from?: readonly unknown[];
}

const rulesOf = ({ spec }: Manifest) => (spec.rules ?? []) as readonly Rule[];
const bytesOf = (manifest: Manifest) => Buffer.byteLength(JSON.stringify(manifest));
const keyOf = ({ metadata }: Manifest) => `${metadata.namespace}/${metadata.name}`;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function measureProxies(policies: readonly Manifest[]): Record<string, number> {
  const shared = new Map<string | undefined, number>();
  for (const policy of policies.filter(({ spec }) => spec.selector === undefined)) {
    const { namespace } = policy.metadata;
    shared.set(namespace, (shared.get(namespace) ?? 0) + rulesOf(policy).length);
  }
  const selecting = policies.filter(({ spec }) => spec.selector !== undefined);
  return Object.fromEntries(
    selecting.map((policy) => [keyOf(policy), rulesOf(policy).length + (shared.get(policy.metadata.namespace) ?? 0)]),
  );
}

/** Measures the AuthorizationPolicies among some manifests; every other kind is passed by. */
export function measurePolicies(manifests: readonly Manifest[]): PolicySize {
  const policies = manifests.filter(({ kind }) => kind === "AuthorizationPolicy");
  const sizes = policies.map((policy) => ({
    name: keyOf(policy),
    bytes: bytesOf(policy),
    rules: rulesOf(policy).length,
  }));
  const none = { name: "", bytes: 0, rules: 0 };
  const largest = sizes.reduce((greatest, size) => (size.bytes > greatest.bytes ? size : greatest), none);
  return {
    policies: policies.length,
    bytes: sum(sizes.map(({ bytes }) => bytes)),
    rules: sum(sizes.map(({ rules }) => rules)),
    largest,
    mostSourcesInRule: Math.max(0, ...policies.flatMap(rulesOf).map(({ from = [] }) => from.length)),
    rulesPerProxy: measureProxies(policies),
  };
}

/** The measures of a set that are over a limit, as texts; empty when it fits. */
export function findOversized(manifests: readonly Manifest[]): readonly string[] {
  return manifests
    .filter(({ kind }) => kind === "AuthorizationPolicy")
    .flatMap((policy) => {
      const { largest, mostSourcesInRule } = measurePolicies([policy]);
      const over = (what: string, value: number, limit: number) =>
        value > limit ? [`${keyOf(policy)} has ${value} ${what}, more than ${limit}`] : [];
      return [
        ...over("rules", largest.rules, policyLimits.rules),
        ...over("sources in a rule", mostSourcesInRule, policyLimits.sourcesPerRule),
        ...over("bytes", largest.bytes, policyLimits.bytes),
      ];
    });
}
