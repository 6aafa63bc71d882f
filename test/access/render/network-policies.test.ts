import assert from "node:assert/strict";
import { buildModel, type ModelOptions } from "../../../access/model/model";
import { renderNetworkPolicies } from "../../../access/render/network-policies";
import { findService, findStore, overlayMembers, services, storeNames } from "../../../access/platform/services";
import { networkPoliciesWith, optionsWith } from "../options";
import { admits } from "./traffic";
import { accountOf } from "../../support/callers";

function modelWith(changes: Partial<ModelOptions["networkPolicies"]> = {}, sections: Partial<ModelOptions> = {}) {
  const networkPolicies = networkPoliciesWith(changes);
  return buildModel(optionsWith({ networkPolicies, ...sections }));
}

const model = modelWith();
const policies = renderNetworkPolicies(model);
const podOf = (name: (typeof services)[number]["name"]) => ({
  namespace: "platform",
  labels: findService(name).selector,
});
const agent = { namespace: "workloads", labels: { any: "label" } };
const controller = { namespace: "ziti", labels: { "app.kubernetes.io/name": "ziti-controller" } };
const router = { namespace: "ziti", labels: { "app.kubernetes.io/name": "ziti-router" } };
const gateway = { namespace: "ingress", labels: { istio: "ingressgateway" } };
const kubeDns = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };
const istiod = { namespace: "istio-system", labels: { app: "istiod" } };
const internet = { address: "203.0.113.9" };

const callees = [
  ...services.flatMap(({ name, ports }) => ports.map(({ port }) => ({ name: name, port, pod: podOf(name) }))),
  ...storeNames.map((name) => {
    const { port, selector } = findStore(name);
    return { name: name, port, pod: { namespace: "platform", labels: selector } };
  }),
];

function isCalled(caller: string, callee: string, port: number): boolean {
  return model.calls.some((call) => accountOf(call.caller) === caller && call.callee === callee && call.port === port);
}

describe("network policies", () => {
  it("are none unless switched on", () => {
    assert.deepEqual(renderNetworkPolicies(buildModel(optionsWith())), []);
  });

  it("close every managed namespace in both directions", () => {
    const denying = policies.filter(({ spec }) => spec.ingress === undefined && spec.egress === undefined);
    assert.deepEqual(
      denying.map(({ metadata, spec }) => [metadata.namespace, spec]),
      ["platform", "workloads", "ingress", "istio-system", "ziti", "cert-manager"].map((name) => [
        name,
        { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      ]),
    );
  });

  for (const direction of ["Egress", "Ingress"] as const) {
    it(`open at the ${direction === "Egress" ? "caller's" : "callee's"} end exactly the model's calls`, () => {
      const wrong = services.flatMap(({ name: caller }) =>
        callees.flatMap(({ name, port, pod }) => {
          const [self, other] = direction === "Egress" ? [podOf(caller), pod] : [pod, podOf(caller)];
          const admitted = admits(policies, direction, self, other, port);
          return admitted === isCalled(caller, name, port) ? [] : [`${caller} -> ${name}:${port} is ${admitted}`];
        }),
      );
      assert.deepEqual(wrong.slice(0, 10), []);
    });
  }

  it("let every platform pod resolve names and fetch its certificate", () => {
    for (const { name } of services) {
      assert.equal(admits(policies, "Egress", podOf(name), kubeDns, 53, "UDP"), true, name);
      assert.equal(admits(policies, "Egress", podOf(name), kubeDns, 53, "TCP"), true, name);
      assert.equal(admits(policies, "Egress", podOf(name), istiod, 15012), true, name);
    }
  });

  it("let no platform pod reach the internet unless it is named", () => {
    for (const { name } of services) assert.equal(admits(policies, "Egress", podOf(name), internet, 443), false, name);
  });

  it("have unique names, a reason, explicit types and numeric ports", () => {
    const names = policies.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    assert.equal(new Set(names).size, names.length);
    for (const { metadata, spec } of policies) {
      assert.ok(Object.keys(metadata.annotations ?? {}).length > 0);
      assert.ok((spec.policyTypes as string[]).length > 0, metadata.name);
      for (const rule of [...((spec.ingress ?? []) as object[]), ...((spec.egress ?? []) as object[])]) {
        const { ports = [] } = rule as { ports?: { port: unknown }[] };
        assert.ok(ports.length > 0 && ports.every(({ port }) => typeof port === "number"), metadata.name);
      }
    }
  });
});

describe("agents", () => {
  const expectations: readonly [string, Parameters<typeof admits>[3], number, boolean][] = [
    ["the controller's client API", controller, 1280, true],
    ["the controller's management API", controller, 1281, false],
    ["a router", router, 3022, true],
    ["the cluster's DNS", kubeDns, 53, true],
    ["metrics of the cluster's DNS", kubeDns, 9153, false],
    ["the Gateway without the overlay", podOf("gateway"), 8080, false],
    ["another agent", agent, 8080, false],
    ["the internet", internet, 443, false],
    ["cloud metadata", { address: "169.254.169.254" }, 80, false],
    ["shared address space", { address: "100.64.0.9" }, 443, false],
  ];
  for (const [title, end, port, expected] of expectations) {
    it(`${expected ? "reach" : "do not reach"} ${title}`, () => {
      assert.equal(admits(policies, "Egress", agent, end, port), expected);
    });
  }

  it("are reached by no one", () => {
    for (const end of [agent, gateway, podOf("gateway"), internet])
      assert.equal(admits(policies, "Ingress", agent, end, 8080), false);
  });
});

describe("the overlay's pods", () => {
  it("give the management API to Ziti Management alone", () => {
    const clients = [...services.map(({ name }) => podOf(name)), agent, gateway, router];
    const managers = clients.filter((client) => admits(policies, "Ingress", controller, client, 1281));
    assert.deepEqual(managers, [podOf("ziti-management")]);
    assert.equal(admits(policies, "Egress", podOf("ziti-management"), controller, 1281), true);
  });

  it("are open at both ends to agents, the public gateway and the platform's members", () => {
    for (const member of [agent, gateway, ...overlayMembers.map(podOf)]) {
      for (const [pod, port] of [[controller, 1280] as const, [router, 3022] as const]) {
        assert.equal(admits(policies, "Ingress", pod, member, port), true);
        assert.equal(admits(policies, "Egress", member, pod, port), true);
      }
    }
  });

  it("are left to the operator where the controller is the operator's", () => {
    const rendered = renderNetworkPolicies(
      modelWith({}, { controller: { manage: false, advertisedHost: "ziti.agyn.test" } }),
    );
    assert.deepEqual(
      rendered.filter(({ metadata }) => metadata.namespace === "ziti"),
      [],
    );
  });
});

describe("the ingress gateway", () => {
  it("is open to the public on its ports alone, and reaches public backends alone", () => {
    assert.equal(admits(policies, "Ingress", gateway, internet, 443), true);
    assert.equal(admits(policies, "Ingress", gateway, internet, 15021), false);
    assert.equal(admits(policies, "Egress", gateway, podOf("chat-app"), 3000), true);
    assert.equal(admits(policies, "Egress", gateway, podOf("runners"), 50051), false);
    assert.equal(admits(policies, "Egress", gateway, internet, 443), false);
  });
});

describe("ways out of the cluster", () => {
  const because = "A provider that is reached by name only.";

  it("lead from the LLM Proxy to the configured providers", () => {
    const rendered = renderNetworkPolicies(
      modelWith({ llmProviders: [{ name: "acme", destinations: ["203.0.113.0/24"] }] }),
    );
    assert.equal(admits(rendered, "Egress", podOf("llm-proxy"), internet, 443), true);
    assert.equal(admits(rendered, "Egress", podOf("llm-proxy"), { address: "198.51.100.1" }, 443), false);
    assert.equal(admits(rendered, "Egress", podOf("llm"), internet, 443), false);
  });

  it("lead from a named service to the public internet, never to private addresses", () => {
    const internetEgress = [{ service: "media-proxy", destinations: ["0.0.0.0/0", "::/0"], because }];
    const rendered = renderNetworkPolicies(modelWith({ internetEgress }));
    const reach = (address: string) => admits(rendered, "Egress", podOf("media-proxy"), { address }, 443);
    assert.deepEqual(["203.0.113.9", "2606:4700::1"].map(reach), [true, true]);
    const inside = ["10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "fd00::1", "fe80::1"];
    assert.deepEqual(inside.filter(reach), []);
  });

  it("do not open when the list of destinations is empty", () => {
    const rendered = renderNetworkPolicies(
      modelWith({ internetEgress: [{ service: "gateway", destinations: [], because }] }),
    );
    assert.deepEqual(rendered, policies);
  });
});

describe("an extra caller", () => {
  it("is let in from its namespace, on the port of its service alone", () => {
    const extra = {
      service: "runners",
      methods: "*",
      namespace: "reconcilers",
      serviceAccount: "reconciler",
      because: "Ours.",
    };
    const { mesh } = optionsWith({ mesh: { extraCallers: [{ ...extra, methods: "*" }] } });
    const rendered = renderNetworkPolicies(modelWith({}, { mesh }));
    const pod = { namespace: "reconcilers", labels: { app: "any" } };
    assert.equal(admits(rendered, "Ingress", podOf("runners"), pod, 50051), true);
    assert.equal(admits(rendered, "Ingress", podOf("agents"), pod, 50051), false);
  });
});
