import * as assert from "node:assert/strict";
import { findOne, ofType, registerProgram, type StackConfig } from "../support/registrations";

const traefik = { provider: "ingress", controller: { entry: "mesh" } };
const kinds = {
  istioGateway: "kubernetes:networking.istio.io/v1:Gateway",
  virtualService: "kubernetes:networking.istio.io/v1:VirtualService",
  gateway: "kubernetes:gateway.networking.k8s.io/v1:Gateway",
  httpRoute: "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
  tlsRoute: "kubernetes:gateway.networking.k8s.io/v1:TLSRoute",
  ingress: "kubernetes:networking.k8s.io/v1:Ingress",
  middleware: "kubernetes:traefik.io/v1alpha1:Middleware",
  tlsOption: "kubernetes:traefik.io/v1alpha1:TLSOption",
  tcpRoute: "kubernetes:traefik.io/v1alpha1:IngressRouteTCP",
  certificate: "kubernetes:cert-manager.io/v1:Certificate",
} as const;
type Counts = Partial<Record<keyof typeof kinds, number>>;

// The authority of the bootstrap stack is a Certificate too.
const cases: [title: string, ingress: StackConfig, counts: Counts][] = [
  ["istio, wildcard", {}, { istioGateway: 2, virtualService: 8, certificate: 2 }],
  ["istio, perHost", { tls: { mode: "perHost" } }, { istioGateway: 2, virtualService: 8, certificate: 2 }],
  ["gateway-api, perHost", { provider: "gateway-api" }, { gateway: 1, httpRoute: 7, tlsRoute: 2, certificate: 7 }],
  [
    "gateway-api, wildcard",
    { provider: "gateway-api", tls: { mode: "wildcard" } },
    { gateway: 1, httpRoute: 7, tlsRoute: 2, certificate: 2 },
  ],
  [
    "ingress with Traefik, wildcard",
    traefik,
    { ingress: 13, middleware: 8, tlsOption: 1, tcpRoute: 2, certificate: 2 },
  ],
  [
    "ingress with Traefik, perHost",
    { ...traefik, tls: { mode: "perHost" } },
    { ingress: 13, middleware: 8, tlsOption: 1, tcpRoute: 2, certificate: 7 },
  ],
  [
    "ingress with another controller",
    { provider: "ingress", className: "haproxy", controller: { entry: "plaintext" } },
    { ingress: 5, certificate: 2 },
  ],
  ["none", { provider: "none" }, { certificate: 2 }],
];

type Names = Record<string, string>;

describe("the public side", () => {
  for (const [title, ingress, counts] of cases) {
    it(`is made of exactly the objects of ${title}`, async () => {
      const run = await registerProgram("dev", { ingress });
      const found = Object.entries(kinds).map(([kind, type]) => [kind, ofType(run, type).length]);
      assert.deepEqual(
        Object.fromEntries(found),
        Object.fromEntries(Object.keys(kinds).map((kind) => [kind, counts[kind as keyof Counts] ?? 0])),
      );
    });
  }

  it("has no route of its own without a certificate before it", async () => {
    for (const ingress of [{}, { provider: "gateway-api" }, traefik]) {
      const run = await registerProgram("dev", { ingress });
      const certificates = ofType(run, kinds.certificate).filter(({ name }) => name.startsWith("ingress-certificate"));
      const first = [...ofType(run, kinds.istioGateway), ...ofType(run, kinds.gateway), ...ofType(run, kinds.ingress)];
      for (const { name, dependsOn } of first)
        for (const certificate of certificates) assert.ok(dependsOn.includes(certificate.name), `${name} waits`);
    }
  });

  it("keeps the certificates beside what serves them", async () => {
    const namespaceOf = async (ingress: StackConfig) =>
      ofType(await registerProgram("dev", { ingress }), kinds.certificate)
        .filter(({ name }) => name.startsWith("ingress-certificate"))
        .map(({ inputs }) => (inputs.metadata as Names).namespace);
    assert.deepEqual(new Set(await namespaceOf(traefik)), new Set(["agyn-platform"]));
    assert.deepEqual(new Set(await namespaceOf({ provider: "gateway-api" })), new Set(["istio-gateway"]));
  });

  it("installs Istio's gateway only where it serves the hosts", async () => {
    for (const ingress of [{ provider: "gateway-api" }, { provider: "none" }, traefik]) {
      const releases = ofType(await registerProgram("dev", { ingress }), "kubernetes:helm.sh/v3:Release");
      assert.ok(
        releases.every(({ inputs }) => inputs.name !== "istio-ingressgateway"),
        JSON.stringify(ingress),
      );
    }
  });

  it("does not wait for an address that an ingress controller may never report", async () => {
    for (const { inputs } of ofType(await registerProgram("dev", { ingress: traefik }), kinds.ingress)) {
      const { annotations } = inputs.metadata as { annotations: Names };
      assert.equal(annotations["pulumi.com/skipAwait"], "true");
    }
  });

  it("serves an optional host only where it is named", async () => {
    const run = await registerProgram("dev", { ingress: { hosts: { llm: "llm.agyn.localhost" } } });
    const { spec } = findOne(run, kinds.virtualService, "ingress-virtualservice-agyn-platform-public-llm").inputs;
    assert.deepEqual((spec as { hosts: string[] }).hosts, ["llm.agyn.localhost"]);
    assert.equal((run.outputs.urls as Names).llm, "https://llm.agyn.localhost");
  });

  it("publishes the exact records and the whole public surface", async () => {
    const { dnsRecords, publicSurface } = (
      await registerProgram("dev", { ingress: { address: "lb.acme.io", port: 2496 } })
    ).outputs as { dnsRecords: Names[]; publicSurface: { host: string; port: number; answers: string }[] };
    const names = ["chat", "console", "tracing", "gateway", "media"].map((name) => `${name}.agyn.localhost`);
    const overlay = ["ziti.agyn.localhost", "ziti-router.agyn.localhost"];
    assert.deepEqual(
      dnsRecords.map(({ type, name, target }) => `${type} ${name} ${target}`),
      [
        ...names.map((name) => `CNAME ${name} lb.acme.io`),
        "ALIAS agyn.localhost lb.acme.io",
        ...overlay.map((name) => `CNAME ${name} lb.acme.io`),
      ],
    );
    const public_ = [...names, "agyn.localhost"];
    assert.deepEqual(
      publicSurface.map(({ host, port, answers }) => `${answers} ${host}:${port}`),
      [
        ...public_.map((host) => `https ${host}:2496`),
        ...overlay.map((host) => `passthrough ${host}:2496`),
        ...public_.map((host) => `redirect ${host}:80`),
      ],
    );
  });

  it("tells how to trust the authority of a bootstrap stack, and says nothing of it elsewhere", async () => {
    const { trustInstructions } = (await registerProgram("dev", {})).outputs as {
      trustInstructions: Record<string, string[]>;
    };
    assert.match(trustInstructions.read?.[0] ?? "", /-n cert-manager agyn-bootstrap-ca .*tls\\\.crt/);
    for (const system of ["macos", "debian", "fedora", "windows"])
      assert.notEqual(trustInstructions[system]?.length ?? 0, 0);
    assert.ok(Object.values(trustInstructions).every((lines) => lines.every((line) => !line.includes("tls.key"))));
  });

  it("tells what a controller in the mesh needs", async () => {
    const { ingressController, ingressLimits } = (await registerProgram("dev", { ingress: traefik })).outputs;
    assert.deepEqual(ingressController, {
      namespace: "traefik",
      serviceAccount: "traefik",
      podLabels: { "sidecar.istio.io/inject": "true" },
      podAnnotations: { "traffic.sidecar.istio.io/includeInboundPorts": "" },
      arguments: [
        "--providers.kubernetesingress.nativeLBByDefault=true",
        "--entryPoints.websecure.transport.respondingTimeouts.readTimeout=0",
      ],
    });
    assert.deepEqual(ingressLimits, []);
    assert.equal((await registerProgram("dev", {})).outputs.ingressController, undefined);
  });

  it("asks for the key it was told to, and keeps the key of the authority", async () => {
    const run = await registerProgram("dev", { ingress: { tls: { key: "rsa-4096", keyRotation: "Never" } } });
    const keyOf = (name: string) =>
      (findOne(run, kinds.certificate, name).inputs.spec as { privateKey: object }).privateKey;
    assert.deepEqual(keyOf("ingress-certificate-istio-gateway-agyn-public-hosts"), {
      algorithm: "RSA",
      size: 4096,
      rotationPolicy: "Never",
    });
    assert.deepEqual(keyOf("ingress-bootstrap-ca"), { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" });
  });
});
