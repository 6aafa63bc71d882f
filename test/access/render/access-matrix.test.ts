import assert from "node:assert/strict";
import type { Manifest } from "../../../access/render/manifest";
import { buildModel, type Model } from "../../../access/model/model";
import { permits } from "../../../access/answers/queries";
import { renderAuthorizationPolicies } from "../../../access/render/authorization-policies";
import { rpcPort, rpcs, type Rpc } from "../../../access/platform/rpcs";
import { findService, services } from "../../../access/platform/services";
import { isAllowed } from "../../support/istio-evaluator";
import { optionsWith, optionsWithExtras } from "../options";

const extraCaller = {
  service: "agents",
  methods: ["GetAgent", "ResolveAgentIdentity"],
  namespace: "reconcilers",
  serviceAccount: "reconciler",
  because: "A reconciler of the operator's own.",
};
const withExtraCaller = optionsWith({
  mesh: { manage: true, trustDomain: "mesh.test", extraCallers: [extraCaller] },
});

const principals = [
  ...services.map(({ serviceAccount }) => ({ namespace: "platform", serviceAccount })),
  { namespace: "ingress", serviceAccount: "istio-ingressgateway" },
  { namespace: "reconcilers", serviceAccount: "reconciler" },
  { namespace: "elsewhere", serviceAccount: "gateway" },
  { namespace: "platform", serviceAccount: "default" },
];

function requestFor(rpc: Rpc, principal: string | undefined, header: boolean) {
  const { selector } = findService(rpc.service);
  const headers: Record<string, string> = header ? { "x-identity-id": "someone" } : {};
  const port = rpcPort(rpc.service);
  return { namespace: "platform", labels: selector, principal, port, method: "POST", path: rpc.path, headers };
}

// Policies that select the callee, or the whole namespace: the only ones that can decide a request to it.
function policiesOf(policies: readonly Manifest[], rpc: Rpc): Manifest[] {
  const names: string[] = [rpc.service, "allow-nothing"];
  return policies.filter(({ metadata }) => names.includes(metadata.name));
}

function disagreements(model: Model): string[] {
  const policies = renderAuthorizationPolicies(model);
  const { trustDomain } = model.options.mesh;
  return rpcs.flatMap((rpc) => {
    const deciding = policiesOf(policies, rpc);
    return principals.flatMap((caller) =>
      [true, false].flatMap((header) => {
        const principal = `${trustDomain}/ns/${caller.namespace}/sa/${caller.serviceAccount}`;
        const allowed = isAllowed(deciding, requestFor(rpc, principal, header));
        const expected = permits(model, caller, rpc.path, { header }).permitted;
        return allowed === expected ? [] : [`${principal} ${rpc.path} header=${header}: policies say ${allowed}`];
      }),
    );
  });
}

describe("the rendered authorization policies", () => {
  for (const [name, options] of [
    ["a plain installation", optionsWith()],
    ["today's images", optionsWithExtras()],
    ["an extra caller and another trust domain", withExtraCaller],
  ] as const) {
    it(`permit every caller exactly the RPCs that the model does, for ${name}`, () => {
      assert.deepEqual(disagreements(buildModel(options)).slice(0, 10), []);
    });
  }

  it("permit the extra caller its RPCs with and without an identity", () => {
    const model = buildModel(withExtraCaller);
    for (const header of [true, false])
      assert.equal(permits(model, principals[40] ?? assert.fail(), "agents.GetAgent", { header }).permitted, true);
  });

  it("permit nothing without mutual TLS", () => {
    const policies = renderAuthorizationPolicies(buildModel(optionsWithExtras()));
    const open = rpcs.filter((rpc) => isAllowed(policiesOf(policies, rpc), requestFor(rpc, undefined, true)));
    assert.deepEqual(open, []);
  });

  it("permit nothing on another port, by another method or under a longer path", () => {
    const policies = renderAuthorizationPolicies(buildModel(optionsWith()));
    const rpc = rpcs.find(({ method }) => method === "CreateWorkload") ?? assert.fail();
    const request = requestFor(rpc, "cluster.local/ns/platform/sa/agents-orchestrator", false);
    assert.equal(isAllowed(policies, request), true);
    assert.equal(isAllowed(policies, { ...request, port: 9090 }), false);
    assert.equal(isAllowed(policies, { ...request, method: "GET" }), false);
    assert.equal(isAllowed(policies, { ...request, path: `${rpc.path}2` }), false);
  });
});
