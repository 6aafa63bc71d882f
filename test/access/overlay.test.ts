import assert from "node:assert/strict";
import { buildModel } from "../../access/model/model";
import { renderOverlayObjects } from "../../access/render/overlay-objects";
import { optionsWith, optionsWithExtras } from "./options";

const plain = renderOverlayObjects(buildModel(optionsWith()));

// Policy, type, who, what: the specification's table, written out by hand.
const specification: readonly [string, "Bind" | "Dial", readonly string[], string][] = [
  ["gateway-bind", "Bind", ["#gateway-hosts"], "gateway"],
  ["llm-proxy-bind", "Bind", ["#llm-proxy-hosts"], "llm-proxy"],
  ["llm-proxy-dial", "Dial", ["#agents"], "llm-proxy"],
  ["tracing-bind", "Bind", ["#tracing-hosts"], "tracing"],
  ["tracing-dial", "Dial", ["#agents"], "tracing"],
  ["runners-bind", "Bind", ["#runners"], "#runner-services"],
  ["orchestrators-dial-runners", "Dial", ["#orchestrators"], "#runner-services"],
  ["apps-bind", "Bind", ["#apps"], "#app-services"],
  ["apps-dial-gateway", "Dial", ["#apps"], "gateway"],
];

describe("the overlay's static policies", () => {
  for (const [name, type, identityRoles, target] of specification) {
    it(`${name}: ${identityRoles.join(", ")} may ${type.toLowerCase()} ${target}`, () => {
      const isRole = target.startsWith("#");
      const services = isRole ? [] : [target];
      const serviceRoles = isRole ? [target] : [];
      const found = plain.servicePolicies.find((policy) => policy.name === name);
      assert.deepEqual(found, { name, type, semantic: "AnyOf", identityRoles, serviceRoles, services });
    });
  }

  it("let agents, apps, devices and the infrastructure dial the gateway", () => {
    const found = plain.servicePolicies.find(({ name }) => name === "gateway-dial");
    assert.deepEqual(found?.identityRoles.slice(0, 4), ["#agents", "#apps", "#devices", "#orchestrators"]);
    assert.deepEqual([found?.type, found?.semantic, found?.services], ["Dial", "AnyOf", ["gateway"]]);
  });

  it("are ten, and no role stands twice in one", () => {
    assert.equal(plain.servicePolicies.length, 10);
    const overlay = { zone: "ziti", extraZones: [], platformExtras: false, infrastructureRoles: ["agents", "agents"] };
    const { servicePolicies } = renderOverlayObjects(buildModel(optionsWith({ overlay })));
    for (const { identityRoles } of servicePolicies) assert.equal(new Set(identityRoles).size, identityRoles.length);
  });

  it("get additions with today's images and lose nothing", () => {
    const { servicePolicies } = renderOverlayObjects(buildModel(optionsWithExtras()));
    assert.deepEqual(servicePolicies.slice(0, 10), plain.servicePolicies);
    assert.deepEqual(
      servicePolicies.slice(10).map(({ name }) => name),
      ["terminal-proxy-dial-runners", "runners-service-dial-runners", "gateway-dial-apps", "egress-gateway-bind"],
    );
  });

  it("never let an agent host anything", () => {
    const { servicePolicies } = renderOverlayObjects(buildModel(optionsWithExtras()));
    const binding = servicePolicies.filter(
      ({ type, identityRoles }) => type === "Bind" && identityRoles.includes("#agents"),
    );
    assert.deepEqual(binding, []);
  });
});

describe("the overlay's static services", () => {
  const addresses: readonly [string, string, number, string, number][] = [
    ["gateway", "gateway.ziti", 443, "gateway.platform.svc.cluster.local", 8080],
    ["llm-proxy", "llm-proxy.ziti", 80, "llm-proxy.platform.svc.cluster.local", 8080],
    ["tracing", "tracing.ziti", 443, "tracing.platform.svc.cluster.local", 50051],
  ];
  for (const [name, address, port, backend, backendPort] of addresses) {
    it(`${name} is dialed at ${address}:${port} and hosted by ${backend}:${backendPort}`, () => {
      const service = plain.services.find((candidate) => candidate.name === name);
      assert.deepEqual(service?.configs, [`${name}-intercept`, `${name}-host`]);
      const [intercept, host] = plain.configs.filter((config) => service.configs.includes(config.name));
      assert.deepEqual(intercept?.data, {
        protocols: ["tcp"],
        addresses: [address],
        portRanges: [{ low: port, high: port }],
      });
      assert.deepEqual(host?.data, { protocol: "tcp", address: backend, port: backendPort });
      assert.deepEqual([intercept.type, host.type], ["intercept.v1", "host.v1"]);
    });
  }

  it("are three, all encrypted: runners, apps and exposures are not made here", () => {
    assert.deepEqual(
      plain.services.map(({ name, encryptionRequired }) => [name, encryptionRequired]),
      [
        ["gateway", true],
        ["llm-proxy", true],
        ["tracing", true],
      ],
    );
    assert.equal(plain.configs.length, 6);
  });

  it("have an address in every zone", () => {
    const { overlay } = optionsWith();
    const zones = buildModel(optionsWith({ overlay: { ...overlay, extraZones: ["agyn"] } }));
    const [gateway] = zones.overlay.services;
    assert.deepEqual(gateway?.intercept.addresses, ["gateway.ziti", "gateway.agyn"]);
  });
});

describe("the router grants", () => {
  it("are both there, for everyone", () => {
    const [identities] = plain.edgeRouterPolicies;
    const [services] = plain.serviceEdgeRouterPolicies;
    assert.deepEqual([plain.edgeRouterPolicies.length, plain.serviceEdgeRouterPolicies.length], [1, 1]);
    assert.deepEqual([identities?.identityRoles, identities?.edgeRouterRoles], [["#all"], ["#all"]]);
    assert.deepEqual([services?.serviceRoles, services?.edgeRouterRoles], [["#all"], ["#all"]]);
  });
});
