import assert from "node:assert/strict";
import { buildModel } from "../../access/model/model";
import { renderAuthorizationPolicies } from "../../access/render/authorization-policies";
import { renderMeshExceptions } from "../../access/render/mesh-exceptions";
import { renderPeerAuthentication } from "../../access/render/peer-authentication";
import { describeExceptions } from "../../access/answers/sentences";
import { isAllowed } from "../support/istio-evaluator";
import { modelFor, optionsFor, type ProviderCase } from "./render/public-providers";

const exposed = { namespace: "platform", labels: { "app.kubernetes.io/name": "gateway" }, port: 8080 };

function admits(provider: ProviderCase, principal: string | undefined, target = exposed): boolean {
  const model = modelFor(provider);
  const policies = [
    renderPeerAuthentication(model),
    ...renderMeshExceptions(model),
    ...renderAuthorizationPolicies(model),
  ];
  const request = { ...target, principal, method: "POST", host: "gateway", path: "/me" };
  return isAllowed(policies, request, { rootNamespace: "istio-system" });
}

describe("the way from the ingress into the mesh", () => {
  const entries: [ProviderCase, string | undefined][] = [
    ["istio", "cluster.local/ns/ingress/sa/istio-ingressgateway"],
    ["gatewayApi", "cluster.local/ns/ingress/sa/agyn-istio"],
    ["traefik", "cluster.local/ns/traefik/sa/traefik"],
    ["generic", undefined],
  ];
  for (const [provider, principal] of entries) {
    it(`lets ${principal ?? "plaintext"} to the public backends with ${provider}, and no other entry`, () => {
      assert.equal(admits(provider, principal), true);
      const others = entries.map(([, other]) => other).filter((other) => other !== principal);
      // Where plaintext is let in, a certificate more does no harm.
      for (const other of others) assert.equal(admits(provider, other), provider === "generic", String(other));
    });

    it(`leaves every other port closed to it with ${provider}`, () => {
      const agents = { namespace: "platform", labels: { "app.kubernetes.io/name": "agents" }, port: 50051 };
      assert.equal(admits(provider, principal, agents), false);
    });
  }

  it("says in the preview what plaintext opens, a sentence for each port", () => {
    const sentences = describeExceptions(modelFor("generic"));
    assert.equal(sentences.length, 5);
    for (const sentence of sentences)
      assert.match(sentence, /accepts plaintext .* Whoever reaches the port may use it\.$/);
    assert.deepEqual(describeExceptions(modelFor("traefik")), []);
  });

  it("puts its own exception in the place of the operator's", () => {
    const options = optionsFor("generic");
    const own = { workload: "media-proxy", port: 8080, mode: "DISABLE", because: "Other." } as const;
    const elsewhere = { ...own, workload: "reminders" };
    const model = buildModel({ ...options, mesh: { ...options.mesh, exceptions: [own, elsewhere] } });
    const modes = model.exceptions.map(({ workload, mode }) => `${workload} ${mode}`);
    assert.ok(modes.includes("media-proxy PERMISSIVE") && !modes.includes("media-proxy DISABLE"));
    assert.ok(modes.includes("reminders DISABLE"));
  });

  it("opens Istio's gateway to the public hosts wherever its pods come from", () => {
    const policy = renderAuthorizationPolicies(modelFor("gatewayApi")).find(
      ({ metadata }) => metadata.name === "public-hosts",
    );
    assert.deepEqual((policy?.spec.selector as { matchLabels: object }).matchLabels, {
      "gateway.networking.k8s.io/gateway-name": "agyn",
    });
  });
});
