import type { Manifest } from "../../../access/render/manifest";
import type { MeshRequest } from "../../support/istio-evaluator";
import type { Mutation } from "./mutations";

const gateway = { namespace: "ingress", labels: { istio: "ingressgateway" }, port: 443 };
const neighbor = { ...gateway, labels: { app: "a pod beside the gateway" } };
const http = { method: "GET", path: "/" };

const hosts = ["agyn.test", ...["chat", "console", "tracing", "gateway", "media"].map((name) => `${name}.agyn.test`)];
const overlay = ["ziti.agyn.test", "ziti-router.agyn.test"];
const elsewhere = ["minio.agyn.test", "ziti-mgmt.agyn.test", "agyn.test.evil.test", "xchat.agyn.test"];

/** One connection to a pod of the ingress gateway's namespace, and whether it may pass. */
interface PublicCase {
  readonly request: MeshRequest;
  readonly allowed: boolean;
}

/** Who comes in from the public: by host where the gateway ends TLS, by name of the TLS server where it does not. */
export const publicTable: readonly PublicCase[] = [
  ...[...hosts, ...overlay, ...elsewhere].flatMap((host): PublicCase[] => [
    { request: { ...gateway, ...http, host }, allowed: hosts.includes(host) },
    { request: { ...gateway, ...http, host: `${host}:2496` }, allowed: hosts.includes(host) },
    { request: { ...gateway, sni: host }, allowed: overlay.includes(host) },
    { request: { ...neighbor, ...http, host }, allowed: false },
    { request: { ...neighbor, sni: host }, allowed: false },
  ]),
  { request: { ...gateway, ...http, host: "CHAT.agyn.test" }, allowed: true },
  { request: { ...gateway, ...http, host: "minio.agyn.test", sni: "chat.agyn.test" }, allowed: false },
  { request: gateway, allowed: false },
];

interface PublicRule {
  readonly to?: readonly { readonly operation: { readonly hosts: readonly string[] } }[];
  readonly when?: readonly { readonly key: string; readonly values: readonly string[] }[];
}

function changesOf(values: readonly string[]): (readonly [string, readonly string[]])[] {
  return [
    ...values.map((value) => [`drop ${value}`, values.filter((other) => other !== value)] as const),
    ["add a value", [...values, "ziti-mgmt.agyn.test"]],
    ["any value", ["*"]],
    ["any value that ends the same", ["*.agyn.test"]],
  ];
}

/** Every mutation of the policy that opens the ingress gateway to the public. */
export function publicMutations(policy: Manifest): readonly Mutation[] {
  const [byHost, byName] = policy.spec.rules as readonly [PublicRule, PublicRule];
  const { hosts: values = [] } = byHost.to?.[0]?.operation ?? {};
  const [condition] = byName.when ?? [];
  const withRules = (title: string, rules: readonly object[]): Mutation => ({
    title,
    mutant: { ...policy, spec: { ...policy.spec, rules } },
    near: [],
  });
  const changes: readonly (readonly [string, Record<string, unknown>])[] = [
    ["drop the selector", { action: "ALLOW", rules: policy.spec.rules }],
    ["select other labels", { ...policy.spec, selector: { matchLabels: { istio: "x" } } }],
    ["take ALLOW for DENY", { ...policy.spec, action: "DENY" }],
  ];
  return [
    withRules("drop the hosts", [byName]),
    withRules("drop the passthrough", [byHost]),
    withRules("add an empty rule", [byHost, byName, {}]),
    withRules("passthrough with a field of HTTP", [byHost, { ...byName, to: [{ operation: { methods: ["*"] } }] }]),
    withRules("hosts for the passthrough", [byHost, { to: [{ operation: { hosts: condition?.values ?? [] } }] }]),
    ...changesOf(values).map(([title, hosts]) => withRules(title, [{ to: [{ operation: { hosts } }] }, byName])),
    ...changesOf(condition?.values ?? []).map(([title, names]) =>
      withRules(title, [byHost, { when: [{ ...condition, values: names }] }]),
    ),
    withRules("swap values and notValues", [byHost, { when: [{ key: condition?.key, notValues: condition?.values }] }]),
    ...changes.map(([title, spec]) => ({ title, mutant: { ...policy, spec }, near: [] })),
    { title: "drop the policy", mutant: undefined, near: [] },
  ];
}
