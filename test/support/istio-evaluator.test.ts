import assert from "node:assert/strict";
import type { Manifest } from "../../access/render/manifest";
import { decide, isAllowed, type Mesh, type MeshRequest, type Verdict } from "./istio-evaluator";

const call: MeshRequest = {
  namespace: "shop",
  labels: { app: "orders" },
  principal: "cluster.local/ns/shop/sa/cart",
  port: 50051,
  method: "POST",
  path: "/shop.Orders/Place",
  headers: {},
};
const plaintext = { ...call, principal: undefined };
const tcp = { ...call, method: undefined, path: undefined, headers: undefined };

function policy(spec: Record<string, unknown>, namespace = "shop", annotations: Record<string, string> = {}): Manifest {
  const metadata = { name: JSON.stringify(spec), namespace, annotations };
  return { apiVersion: "security.istio.io/v1", kind: "AuthorizationPolicy", metadata, spec };
}

const fromCart = { from: [{ source: { principals: ["cluster.local/ns/shop/sa/cart"] } }] };
const toPlace = { to: [{ operation: { paths: ["/shop.Orders/Place"] } }] };
const toPort = { to: [{ operation: { ports: ["50051"] } }] };
const allow = (...rules: object[]) => policy({ action: "ALLOW", rules });
const deny = (...rules: object[]) => policy({ action: "DENY", rules });
const custom = policy({ action: "CUSTOM", provider: { name: "guard" }, rules: [{}] });
const nothing = policy({});

const decisions: readonly [string, readonly Manifest[], MeshRequest, boolean][] = [
  ["allows everything without a policy", [], call, true],
  ["allows nothing under an empty spec", [nothing], call, false],
  ["takes a policy without an action for ALLOW", [policy({ rules: [{}] })], call, true],
  ["matches everything with an empty rule", [allow({})], call, true],
  ["matches nothing with an empty list of rules", [allow()], call, false],
  ["unites the ALLOW policies of a workload", [nothing, allow(fromCart)], call, true],
  ["needs from and to in one rule", [allow({ ...fromCart, ...toPort })], { ...call, port: 9090 }, false],
  ["takes rules as alternatives", [allow(toPort, fromCart)], { ...call, port: 9090 }, true],
  ["lets DENY win over ALLOW", [allow({}), deny(fromCart)], call, false],
  ["passes by a DENY that does not match", [deny({ to: [{ operation: { ports: ["1"] } }] })], call, true],
  ["denies nothing with DENY without rules", [policy({ action: "DENY" })], call, true],
  ["asks CUSTOM before ALLOW", [custom, allow({})], call, false],
  ["lets AUDIT decide nothing", [policy({ action: "AUDIT", rules: [{}] })], call, true],
  ["ignores a dry run", [policy({}, "shop", { "istio.io/dry-run": "true" })], call, true],
  ["ignores policies of other namespaces", [policy({}, "elsewhere")], call, true],
  ["takes policies of the root namespace for everyone", [policy({}, "istio-system")], call, false],
  ["ignores policies with other labels", [policy({ selector: { matchLabels: { app: "cart" } } })], call, true],
  ["obeys policies with its labels", [policy({ selector: { matchLabels: { app: "orders" } } })], call, false],
  ["knows nobody without mutual TLS", [allow(fromCart)], plaintext, false],
  ["allows anybody where no source is asked for", [allow(toPlace)], plaintext, true],
  ["drops an ALLOW rule with a field of HTTP on TCP", [allow({ ...fromCart, ...toPlace })], tcp, false],
  ["keeps an ALLOW rule without one on TCP", [allow({ ...fromCart, ...toPort })], tcp, true],
  ["widens a DENY rule with a field of HTTP on TCP", [deny(toPlace)], tcp, false],
  ["keeps the other fields of that rule", [deny({ ...toPlace, from: [{ source: { principals: ["x"] } }] })], tcp, true],
  ["does not ask CUSTOM about TCP", [custom, allow({})], tcp, true],
];

describe("the evaluator of authorization", () => {
  for (const [title, policies, request, expected] of decisions) {
    it(title, () => {
      assert.equal(isAllowed(policies, request), expected);
    });
  }

  it("goes on to ALLOW when CUSTOM's authorizer says yes", () => {
    const authorizers = { guard: "allow" } as const;
    assert.equal(isAllowed([custom, allow(fromCart)], call, { authorizers }), true);
    assert.equal(isAllowed([custom, nothing], call, { authorizers }), false);
  });

  it("refuses to guess", () => {
    for (const rule of [
      { from: [{ source: { remoteIpBlocks: ["10.0.0.0/8"] } }] },
      { when: [{ key: "request.auth.claims[sub]", values: ["x"] }] },
      { to: [{ operation: { paths: ["/shop/{*}"] } }] },
      { from: [] },
    ])
      assert.throws(() => isAllowed([allow(rule)], call), /evaluator|refused/);
    assert.throws(() => isAllowed([policy({ action: "MAYBE" })], call), /MAYBE/);
    assert.throws(() => isAllowed([policy({ targetRefs: [{}] })], call), /targetRefs/);
  });
});

function authentication(spec: Record<string, unknown>, namespace = "istio-system"): Manifest {
  const metadata = { name: JSON.stringify(spec), namespace };
  return { apiVersion: "security.istio.io/v1", kind: "PeerAuthentication", metadata, spec };
}

const strict = authentication({ mtls: { mode: "STRICT" } });
const selector = { matchLabels: { app: "orders" } };
const onPort = (mode: string, port = "50051") =>
  authentication({ selector, mtls: { mode: "STRICT" }, portLevelMtls: { [port]: { mode } } }, "shop");
const foreign = { ...call, principal: "evil.test/ns/shop/sa/cart" };
const open = allow({});

const verdicts: readonly [string, readonly Manifest[], MeshRequest, Verdict][] = [
  ["allows a call with the mesh's certificate", [strict, open], call, "allowed"],
  ["denies what no rule allows", [strict, nothing], call, "denied"],
  ["refuses plaintext under STRICT", [strict, open], plaintext, "refused"],
  ["takes the absence of a policy for PERMISSIVE", [nothing], plaintext, "denied"],
  [
    "denies plaintext under PERMISSIVE",
    [authentication({ mtls: { mode: "PERMISSIVE" } }), nothing],
    plaintext,
    "denied",
  ],
  ["allows plaintext under PERMISSIVE where nothing closes", [], plaintext, "allowed"],
  ["refuses a foreign authority", [strict, open], { ...call, foreignAuthority: true }, "refused"],
  ["refuses a foreign authority under PERMISSIVE", [open], { ...call, foreignAuthority: true }, "refused"],
  ["refuses a foreign trust domain", [strict, open], foreign, "refused"],
  [
    "lets the namespace win over the mesh",
    [strict, authentication({ mtls: { mode: "DISABLE" } }, "shop"), open],
    plaintext,
    "allowed",
  ],
  [
    "lets the workload win over the namespace",
    [
      authentication({ mtls: { mode: "STRICT" } }, "shop"),
      authentication({ selector, mtls: { mode: "PERMISSIVE" } }, "shop"),
      open,
    ],
    plaintext,
    "allowed",
  ],
  [
    "inherits where the mode is unset",
    [strict, authentication({ selector, mtls: { mode: "UNSET" } }, "shop"), open],
    plaintext,
    "refused",
  ],
  ["lets a port win over its workload", [strict, onPort("PERMISSIVE"), open], plaintext, "allowed"],
  ["keeps the other ports", [strict, onPort("PERMISSIVE", "9090"), open], plaintext, "refused"],
  ["refuses TLS where it is disabled", [strict, onPort("DISABLE"), open], call, "refused"],
  [
    "ignores a selector in the root namespace",
    [strict, authentication({ selector, mtls: { mode: "DISABLE" } }), open],
    plaintext,
    "refused",
  ],
  [
    "ignores other namespaces",
    [strict, authentication({ mtls: { mode: "DISABLE" } }, "elsewhere"), open],
    plaintext,
    "refused",
  ],
];

describe("the evaluator of a sidecar", () => {
  const mesh: Mesh = { policies: [], rootNamespace: "istio-system", trustDomain: "cluster.local" };

  for (const [title, policies, request, expected] of verdicts) {
    it(title, () => {
      assert.equal(decide({ ...mesh, policies }, request), expected);
    });
  }

  it("does not guess which of two policies for one workload is older", () => {
    const policies = [onPort("PERMISSIVE"), onPort("DISABLE", "9090")];
    assert.throws(() => decide({ ...mesh, policies }, call), /oldest/);
  });

  it("takes cluster.local in a principal for the trust domain and its aliases", () => {
    const renamed = {
      ...mesh,
      trustDomain: "new.test",
      trustDomainAliases: ["old.test"],
      policies: [strict, allow(fromCart)],
    };
    const from = (domain: string) => decide(renamed, { ...call, principal: `${domain}/ns/shop/sa/cart` });
    assert.deepEqual(["new.test", "old.test", "cluster.local"].map(from), ["allowed", "allowed", "refused"]);
  });
});
