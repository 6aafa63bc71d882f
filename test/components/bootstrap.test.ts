import * as assert from "node:assert/strict";
import { findOne, ofType, registerProgram, type Run } from "../support/registrations";

const release = "kubernetes:helm.sh/v3:Release";
const authorizationPolicy = "kubernetes:security.istio.io/v1:AuthorizationPolicy";

describe("the bootstrap stack, with nothing configured", () => {
  let run: Run;
  before(async () => {
    run = await registerProgram("dev", {});
  });

  it("places every resource under one of four components", () => {
    const roots = run.registrations.filter(({ parent }) => parent === undefined || parent === "agyn-networking-dev");
    assert.deepEqual(roots.map(({ name }) => name).sort(), [
      "agyn-networking-dev",
      "cluster",
      "ingress",
      "mesh",
      "network-policies",
      "overlay",
    ]);
    const parents = new Set(run.registrations.filter((one) => !roots.includes(one)).map(({ parent }) => parent));
    assert.deepEqual([...parents].sort(), ["ingress", "mesh", "overlay"]);
  });

  it("installs cert-manager, Istio and OpenZiti as Helm releases", () => {
    const names = ofType(run, release).map(({ inputs }) => inputs.name);
    assert.deepEqual(names.sort(), [
      "cert-manager",
      "istio-base",
      "istio-ingressgateway",
      "istiod",
      "trust-manager",
      "ziti-controller",
      "ziti-router",
    ]);
  });

  it("installs Istio in the order CRDs, control plane, gateway", () => {
    assert.ok(findOne(run, release, "mesh-istiod").dependsOn.includes("mesh-base"));
    assert.ok(findOne(run, release, "mesh-gateway").dependsOn.includes("mesh-istiod"));
  });

  it("makes mutual TLS strict for the whole mesh", () => {
    const { inputs, dependsOn } = findOne(run, "kubernetes:security.istio.io/v1:PeerAuthentication");
    assert.deepEqual(inputs.spec, { mtls: { mode: "STRICT" } });
    assert.equal((inputs.metadata as { namespace: string }).namespace, "istio-system");
    assert.ok(dependsOn.includes("mesh-istiod"));
  });

  it("closes each namespace after its callers were allowed", () => {
    const policies = ofType(run, authorizationPolicy);
    const closing = policies.filter(({ inputs }) => Object.keys(inputs.spec as object).length === 0);
    assert.deepEqual(
      closing.map(({ name }) => name),
      ["mesh-authorizationpolicy-agyn-platform-allow-nothing", "mesh-authorizationpolicy-istio-gateway-allow-nothing"],
    );
    const opening = policies.filter((policy) => !closing.includes(policy)).map(({ name }) => name);
    for (const { name, dependsOn } of closing)
      assert.deepEqual(
        opening.filter((other) => !dependsOn.includes(other)),
        [],
        `${name} comes last`,
      );
  });

  it("labels namespaces for injection before anything is placed in them", () => {
    const labels = new Map(
      ofType(run, "kubernetes:core/v1:Namespace").map(({ inputs }) => {
        const { name, labels } = inputs.metadata as { name: string; labels: Record<string, string> };
        return [name, labels["istio-injection"]];
      }),
    );
    assert.equal(labels.get("agyn-platform"), "enabled");
    assert.equal(labels.get("agyn-workloads"), "disabled");
    const deployment = findOne(run, "kubernetes:apps/v1:Deployment");
    assert.ok(deployment.dependsOn.includes("mesh-namespace-platform"));
  });

  it("signs the public hosts with a certificate authority of its own", () => {
    const issuers = ofType(run, "kubernetes:cert-manager.io/v1:ClusterIssuer").map(({ inputs }) => inputs.spec);
    assert.deepEqual(issuers, [{ ca: { secretName: "agyn-bootstrap-ca" } }, { selfSigned: {} }]);
    const certificate = findOne(
      run,
      "kubernetes:cert-manager.io/v1:Certificate",
      "ingress-certificate-istio-gateway-agyn-public-hosts",
    );
    assert.ok(certificate.dependsOn.includes("ingress-bootstrap-issuer"));
    const { annotations } = certificate.inputs.metadata as { annotations: Record<string, string> };
    assert.equal(annotations["pulumi.com/waitFor"], "condition=Ready");
  });

  it("asks for no empty map, which the API server would drop and every preview show as a change", async () => {
    const unhurried = await registerProgram("dev", { kubernetes: { awaitConditions: false } });
    for (const { name, inputs } of unhurried.registrations.filter(({ type }) => type.startsWith("kubernetes:"))) {
      const { annotations, labels } = (inputs.metadata ?? {}) as { annotations?: object; labels?: object };
      for (const map of [annotations, labels]) assert.notDeepEqual(map, {}, name);
    }
  });

  it("serves every public host from one TLS server and redirects plain HTTP", () => {
    const gateway = findOne(run, "kubernetes:networking.istio.io/v1:Gateway", "ingress-gateway").inputs.spec as {
      servers: { hosts: string[]; port: { protocol: string }; tls: Record<string, unknown> }[];
    };
    const names = ["chat", "console", "tracing", "gateway", "media"];
    const hosts = [...names.map((name) => `${name}.agyn.localhost`), "agyn.localhost"];
    assert.deepEqual(
      gateway.servers.map(({ port }) => port.protocol),
      ["HTTPS", "HTTP"],
    );
    for (const server of gateway.servers) assert.deepEqual(server.hosts, hosts);
    assert.equal(gateway.servers[1]?.tls.httpsRedirect, true);
  });

  it("passes the overlay's public names through unopened, beside the browser hosts", () => {
    const name = "ingress-gateway-istio-gateway-agyn-overlay";
    const { servers } = findOne(run, "kubernetes:networking.istio.io/v1:Gateway", name).inputs.spec as {
      servers: { hosts: string[]; tls: object }[];
    };
    assert.deepEqual(
      servers.map(({ hosts, tls }) => ({ hosts, tls })),
      [{ hosts: ["ziti.agyn.localhost", "ziti-router.agyn.localhost"], tls: { mode: "PASSTHROUGH" } }],
    );
  });

  it("renders no network policy", () => {
    assert.deepEqual(ofType(run, "kubernetes:networking.k8s.io/v1:NetworkPolicy"), []);
    assert.deepEqual(run.outputs.networkPolicies, []);
  });

  it("publishes addresses, policies and the configuration in force", () => {
    const { urls, overlayAddresses, injectedNamespaces, configuration, authorizationPolicies } = run.outputs;
    assert.equal((urls as Record<string, string>).apex, "https://agyn.localhost");
    assert.deepEqual((overlayAddresses as Record<string, string[]>).gateway, ["gateway.ziti"]);
    assert.deepEqual(injectedNamespaces, ["agyn-platform"]);
    assert.equal((configuration as { profile: string }).profile, "bootstrap");
    assert.equal((authorizationPolicies as string[]).length, ofType(run, authorizationPolicy).length);
  });
});
