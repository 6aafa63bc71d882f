import assert from "node:assert/strict";
import { becauseAnnotation } from "../../../access/render/manifest";
import { buildModel } from "../../../access/model/model";
import { renderAuthorizationPolicies } from "../../../access/render/authorization-policies";
import { renderPeerAuthentication } from "../../../access/render/peer-authentication";
import { isAllowed } from "../../support/istio-evaluator";
import { optionsWith, optionsWithExtras } from "../options";

interface Rule {
  from?: { source: Record<string, string[]> }[];
  to?: { operation: Record<string, string[]> }[];
  when?: { key: string; values?: string[]; notValues?: string[] }[];
}

const policies = renderAuthorizationPolicies(buildModel(optionsWith()));

function rulesOf(name: string): Rule[] {
  const found = policies.find(({ metadata }) => metadata.name === name);
  assert.ok(found, name);
  return (found.spec.rules ?? []) as Rule[];
}

const callees = policies.filter(
  ({ metadata }) => metadata.namespace === "platform" && metadata.name !== "allow-nothing",
);

describe("authorization policies", () => {
  it("close the platform's namespace last", () => {
    const last = policies.at(-1);
    assert.deepEqual([last?.metadata.name, last?.metadata.namespace, last?.spec], ["allow-nothing", "platform", {}]);
    const closing = policies.filter(({ spec }) => Object.keys(spec).length === 0);
    assert.deepEqual(
      closing.map(({ metadata }) => metadata.namespace),
      ["ingress", "platform"],
    );
  });

  it("give one policy to each callee, selected by the label of the platform's charts", () => {
    const names = callees.map(({ metadata }) => metadata.name);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(callees.find(({ metadata }) => metadata.name === "runners")?.spec.selector, {
      matchLabels: { "app.kubernetes.io/name": "runners" },
    });
  });

  it("name every principal and path in full", () => {
    for (const { metadata, spec } of callees) {
      for (const { from = [], to = [] } of spec.rules as Rule[]) {
        assert.equal(from.length, 1, metadata.name);
        for (const principal of from[0]?.source.principals ?? assert.fail(metadata.name))
          assert.match(principal, /^cluster\.local\/ns\/[a-z-]+\/sa\/[a-z0-9-]+$/);
        for (const path of to[0]?.operation.paths ?? []) assert.match(path, /^\/[a-z_.0-9]+\.[A-Za-z]+\/[A-Za-z]+$/);
        assert.equal(to[0]?.operation.ports?.length, 1, metadata.name);
      }
    }
  });

  it("say why", () => {
    for (const { metadata } of policies) assert.ok(metadata.annotations?.[becauseAnnotation], metadata.name);
  });

  it("give the Agents Orchestrator alone the workload RPCs of runners", () => {
    const rule = rulesOf("runners").find(({ to }) =>
      to?.[0]?.operation.paths?.some((path) => path.endsWith("/CreateWorkload")),
    );
    assert.deepEqual(rule?.from, [{ source: { principals: ["cluster.local/ns/platform/sa/agents-orchestrator"] } }]);
    assert.deepEqual(rule?.to?.[0]?.operation.methods, ["POST"]);
    assert.deepEqual(rule?.to?.[0]?.operation.ports, ["50051"]);
  });

  it("tell the two views of agents.GetAgent apart by the identity header", () => {
    const rules = rulesOf("agents").filter(({ to }) =>
      to?.[0]?.operation.paths?.includes("/agynio.api.agents.v1.AgentsService/GetAgent"),
    );
    const key = "request.headers[x-identity-id]";
    assert.deepEqual(
      rules.map(({ from, when }) => [from?.[0]?.source.principals, when]),
      [
        [["cluster.local/ns/platform/sa/agents-orchestrator"], [{ key, notValues: ["*"] }]],
        [["cluster.local/ns/platform/sa/gateway"], [{ key, values: ["*"] }]],
      ],
    );
  });

  it("guard data stores by principal and port, without a field of HTTP", () => {
    assert.deepEqual(rulesOf("notifications-redis"), [
      {
        from: [{ source: { principals: ["cluster.local/ns/platform/sa/notifications"] } }],
        to: [{ operation: { ports: ["6379"] } }],
      },
    ]);
  });

  it("do not depend on the order of the model's calls", () => {
    const model = buildModel(optionsWithExtras());
    const reversed = { ...model, calls: [...model.calls].reverse() };
    const specs = (rendered: ReturnType<typeof renderAuthorizationPolicies>) => rendered.map(({ spec }) => spec);
    assert.deepEqual(specs(renderAuthorizationPolicies(reversed)), specs(renderAuthorizationPolicies(model)));
  });
});

describe("the ingress gateway's policy", () => {
  const gateway = { namespace: "ingress", labels: { istio: "ingressgateway" }, port: 443 };

  for (const [title, request, expected] of [
    ["lets a public host through", { host: "chat.agyn.test", method: "GET", path: "/" }, true],
    ["lets a public host with a port through", { host: "chat.agyn.test:8443", method: "GET", path: "/" }, true],
    ["lets the overlay's own TLS through", { sni: "ziti.agyn.test" }, true],
    ["lets routers' TLS through", { sni: "ziti-router.agyn.test" }, true],
    ["stops other hosts", { host: "minio.agyn.test", method: "GET", path: "/" }, false],
    ["stops the overlay's management name", { sni: "ziti-mgmt.agyn.test" }, false],
  ] as const) {
    it(title, () => {
      assert.equal(isAllowed(policies, { ...gateway, ...request }), expected);
    });
  }

  it("keeps the overlay's rule free of HTTP, so that it survives on a TLS passthrough chain", () => {
    assert.deepEqual(rulesOf("public-hosts")[1], {
      when: [{ key: "connection.sni", values: ["ziti.agyn.test", "ziti-router.agyn.test"] }],
    });
  });

  it("is left to the operator where the mesh is the operator's", () => {
    const mesh = { manage: false };
    const rendered = renderAuthorizationPolicies(buildModel(optionsWith({ mesh })));
    assert.deepEqual(
      rendered.filter(({ metadata }) => metadata.namespace !== "platform"),
      [],
    );
  });
});

describe("peer authentication", () => {
  it("is STRICT for the whole mesh", () => {
    const { metadata, spec } = renderPeerAuthentication(buildModel(optionsWith()));
    assert.deepEqual([metadata, spec], [{ name: "default", namespace: "istio-system" }, { mtls: { mode: "STRICT" } }]);
  });
});
