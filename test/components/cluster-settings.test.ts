import * as assert from "node:assert/strict";
import { findOne, ofType, registerProgram, type Run, type StackConfig } from "../support/registrations";

const release = "kubernetes:helm.sh/v3:Release";
const toleration = { key: "dedicated", operator: "Equal", value: "networking", effect: "NoSchedule" };
const nodeSelector = { "kubernetes.io/os": "linux" };
const clusterSettings: StackConfig = {
  images: { pullSecrets: ["registry-acme"] },
  storage: { className: "fast-ssd" },
  scheduling: { nodeSelector, tolerations: [toleration] },
  networkPolicies: { probe: true },
};

type Values = Record<string, unknown>;
const valuesOf = (run: Run, name: string) => findOne(run, release, name).inputs.values as Values;

function at(values: unknown, path: string): unknown {
  return path.split(".").reduce((node, name) => (node as Values | undefined)?.[name], values);
}

const references = [{ name: "registry-acme" }];
const placed = { nodeSelector, tolerations: [toleration] };

// Each chart, and where it takes the names of Secrets, nodes, taints and the class of its volume: facts about the charts.
const charts: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "mesh-istiod": { "global.imagePullSecrets": ["registry-acme"], ...placed },
  "mesh-gateway": { imagePullSecrets: references, ...placed },
  "ingress-cert-manager": {
    "global.imagePullSecrets": references,
    "global.nodeSelector": nodeSelector,
    tolerations: [toleration],
    "webhook.tolerations": [toleration],
    "cainjector.tolerations": [toleration],
    "startupapicheck.tolerations": [toleration],
  },
  "overlay-trust-manager": { imagePullSecrets: references, ...placed },
  "overlay-controller": { "image.pullSecrets": references, "persistence.storageClass": "fast-ssd", ...placed },
  "overlay-router": { "image.pullSecrets": references, "persistence.existingClaim": "ziti-router-identity", ...placed },
};
// It has no pods.
const withoutPods = ["mesh-base"];

describe("what differs per cluster", () => {
  let run: Run;
  before(async () => {
    run = await registerProgram("dev", clusterSettings);
  });

  it("reaches every chart that has pods, in the chart's own form", () => {
    const names = ofType(run, release).map(({ name }) => name);
    assert.deepEqual(names.filter((name) => !withoutPods.includes(name)).sort(), Object.keys(charts).sort());
    for (const [name, expected] of Object.entries(charts)) {
      const values = valuesOf(run, name);
      const found = Object.keys(expected).map((path) => [path, at(values, path)]);
      assert.deepEqual(Object.fromEntries(found), expected, name);
    }
  });

  it("reaches every volume that the program makes itself", () => {
    const volumes = ofType(run, "kubernetes:core/v1:PersistentVolumeClaim");
    assert.ok(volumes.length >= 2, `${volumes.length} found`);
    for (const { name, inputs } of volumes) assert.equal(at(inputs, "spec.storageClassName"), "fast-ssd", name);
  });

  it("reaches every pod that the program makes itself", () => {
    const made = run.registrations.flatMap(({ type, name, inputs }) => {
      if (type === "kubernetes:core/v1:Pod") return [[name, inputs.spec]];
      const isOwner = /^kubernetes:(apps|batch)\/v1:/.test(type);
      return isOwner ? [[name, at(inputs, "spec.template.spec")]] : [];
    });
    assert.ok(made.length >= 3, `${made.length} found`);
    for (const [name, spec] of made) {
      const { imagePullSecrets, ...rest } = spec as Values;
      assert.deepEqual(imagePullSecrets, references, String(name));
      assert.deepEqual({ nodeSelector: rest.nodeSelector, tolerations: rest.tolerations }, placed, String(name));
    }
  });

  it("gives the gateway's Service what was asked for, and its ports the nodes' ports", async () => {
    const service = {
      type: "LoadBalancer",
      annotations: { "example.com/scheme": "internal" },
      externalTrafficPolicy: "Local",
      loadBalancerClass: "example.com/nlb",
      loadBalancerSourceRanges: ["198.51.100.0/24"],
      nodePorts: { http: 30080, https: 30443 },
      statusPort: true,
    };
    const { nodePorts, statusPort, ...same } = service;
    const gateway = valuesOf(await registerProgram("dev", { ingress: { service, port: 8443 } }), "mesh-gateway");
    assert.ok(statusPort);
    assert.deepEqual(gateway.service, {
      ...same,
      ports: [
        { name: "status-port", port: 15021, targetPort: 15021 },
        { name: "http2", port: 80, targetPort: 80, nodePort: nodePorts.http },
        { name: "https", port: 8443, targetPort: 443, nodePort: nodePorts.https },
      ],
    });
  });

  it("says nothing to the chart of the gateway's Service that was not asked for", () => {
    const { service } = valuesOf(run, "mesh-gateway") as { service: Values };
    assert.deepEqual(Object.keys(service).sort(), ["ports", "type"]);
    assert.equal(service.type, "LoadBalancer");
  });

  it("keeps the guard, the flows and the public surface true to the Service", async () => {
    const settings = { service: { type: "NodePort", statusPort: true } };
    const networkPolicies = { enabled: true, admission: true };
    const { registrations, outputs } = await registerProgram("dev", { ingress: settings, networkPolicies });
    const text = (name: RegExp) => JSON.stringify(registrations.filter((one) => name.test(one.name)));
    assert.match(text(/agyn-services/), /isGateway && object\.spec\.type == \\"NodePort\\"/);
    assert.match(text(/agyn-services/), /p\.port in \[80,443,15021\]/);
    assert.match(text(/istio-gateway-gateway-public-in$/), /"port":15021/);
    const surface = outputs.publicSurface as { port: number; answers: string }[];
    assert.deepEqual(
      surface.filter(({ answers }) => answers === "health").map(({ port }) => port),
      [15021],
    );
    const [record] = outputs.dnsRecords as { target: string }[];
    assert.match(record?.target ?? "", /addresses of the nodes/);
  });
});
