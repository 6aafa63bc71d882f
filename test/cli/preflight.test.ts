import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { ApiServer, loadKubeConfig } from "../../kubernetes/api-server";
import type { Finding } from "../../cli/preflight/finding";
import type { JsonObject } from "../../local/doubles/kubernetes/properties";
import { FakeApiServer, failure } from "../local/kubernetes-double-api-server";
import { istiod, podOf, serviceWith } from "./preflight-facts";
import { runCommand } from "./run-command";

const stackText = `config:
  agyn-networking:mesh: { manage: false }
  agyn-networking:certManager: { manage: false }
  agyn-networking:namespaces: { create: false }
`;

const pods = "/api/v1/namespaces/agyn-platform/pods";
const injected = { labels: { "istio-injection": "enabled" } };

/** A cluster with the operator's Istio, one workload with its Service, and nothing else of the platform. */
function fill(server: FakeApiServer): void {
  const put = (folder: string, name: string, object: object) =>
    server.objects.set(`${folder}/${name}`, object as JsonObject);
  server.kinds.push(["v1", "pods", "Pod", true], ["v1", "services", "Service", true]);
  for (const plural of ["authorizationpolicies", "peerauthentications"]) {
    server.kinds.push(["security.istio.io/v1", plural, plural, true]);
  }
  for (const plural of ["gateways", "virtualservices"]) {
    server.kinds.push(["networking.istio.io/v1", plural, plural, true]);
  }
  for (const plural of ["certificates", "clusterissuers"]) {
    server.kinds.push(["cert-manager.io/v1", plural, plural, true]);
  }
  const ready = { conditions: [{ type: "Ready", status: "True" }] };
  const issuer = { metadata: { name: "agyn-bootstrap-ca" }, status: ready };
  put("/apis/cert-manager.io/v1/clusterissuers", "agyn-bootstrap-ca", issuer);
  const webhooks = "mutatingwebhookconfigurations";
  server.kinds.push(["admissionregistration.k8s.io/v1", webhooks, webhooks, false]);
  for (const name of ["agyn-workloads", "istio-system", "istio-gateway", "ziti"]) {
    put("/api/v1/namespaces", name, { metadata: { name } });
  }
  put("/api/v1/namespaces", "agyn-platform", { metadata: { name: "agyn-platform", ...injected } });
  put("/apis/apps/v1/namespaces/istio-system/deployments", "istiod", istiod("istio/pilot:1.30.8"));
  const config = { metadata: { name: "istio" }, data: { mesh: "rootNamespace: istio-system" } };
  put("/api/v1/namespaces/istio-system/configmaps", "istio", config);
  put(`/apis/admissionregistration.k8s.io/v1/${webhooks}`, "injector", { metadata: { name: "injector" } });
  const gateway = { metadata: { name: "istio-ingressgateway" } };
  put("/api/v1/namespaces/istio-gateway/serviceaccounts", "istio-ingressgateway", gateway);
  const isDefault = { "storageclass.kubernetes.io/is-default-class": "true" };
  put("/apis/storage.k8s.io/v1/storageclasses", "standard", { metadata: { name: "standard", annotations: isDefault } });
  server.kinds.push(["storage.k8s.io/v1", "storageclasses", "StorageClass", false]);
  put(pods, "agents-0", podOf("agents"));
  put(pods, "ziti-management-db-0", podOf("ziti-management-db"));
  const agents = serviceWith("agents", [{ name: "grpc", port: 50051 }]);
  put("/api/v1/namespaces/agyn-platform/services", "agents", agents);
}

describe("agyn-net preflight", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "agyn-preflight-"));
  const stack = path.join(folder, "Pulumi.test.yaml");
  const kubeconfig = path.join(folder, "kubeconfig");
  let server: FakeApiServer;

  const write = (address: string) =>
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        "current-context": "fake",
        contexts: [{ name: "fake", context: { cluster: "fake", user: "fake" } }],
        clusters: [{ name: "fake", cluster: { server: address, "insecure-skip-tls-verify": true } }],
        users: [{ name: "fake", user: { token: "t0ken" } }],
      }),
    );
  const examine = (...args: string[]) =>
    runCommand(["preflight", "--stack", stack, "--kubeconfig", kubeconfig, ...args]);
  const find = async (subject: string, ...args: string[]) => {
    const { out } = await examine("--json", ...args);
    return (JSON.parse(out) as Finding[]).find((finding) => finding.subject === subject);
  };

  beforeEach(async () => {
    server = new FakeApiServer();
    server.intercept = ({ path }) => (path === "/version" ? [200, { gitVersion: "v1.34.1" }] : undefined);
    fill(server);
    write(await server.start());
    writeFileSync(stack, stackText);
  });
  afterEach(() => server.stop());
  after(() => rmSync(folder, { recursive: true }));

  it("passes a cluster that is ready, in plain text, and changes nothing", async () => {
    const { code, out, errors } = await examine();
    assert.equal(errors, "");
    assert.equal(code, 0, out);
    assert.match(out, /^API server\n {2}pass .*v1\.34\.1/);
    assert.match(out, /istiod \(revision default\) .*1\.30\.8/);
    assert.match(out, /agents:50051 .*name grpc/);
    assert.match(out, /\d+ passed, 0 failed, 0 warned, \d+ unknown\n$/);
    assert.ok(!out.includes("\u001b"));
    assert.deepEqual([...new Set(server.requests.map(({ method }) => method))], ["GET"]);
  });

  it("fails with the pod that has no sidecar, and what to do", async () => {
    server.objects.set(`${pods}/chat-0`, podOf("chat", { containers: [{ name: "chat" }] }) as unknown as JsonObject);
    const { code, out } = await examine();
    assert.equal(code, 1);
    assert.match(out, /fail +pod chat-0 .*\n +fix: kubectl -n agyn-platform delete pod chat-0\n/);
  });

  it("says everything at once that is wrong with what the public is to be served by", async () => {
    const group = "gateway.networking.k8s.io";
    for (const plural of ["gateways", "httproutes", "gatewayclasses"])
      server.kinds.push([`${group}/v1`, plural, plural, plural !== "gatewayclasses"]);
    const put = (at: string, object: object) => server.objects.set(at, object as JsonObject);
    const annotations = { [`${group}/bundle-version`]: "v1.4.1" };
    const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    put(`${definitions}/gateways.${group}`, { metadata: { name: `gateways.${group}`, annotations } });
    const condition = { type: "Ready", status: "False", reason: "ErrGetKeyPair", message: "no key pair" };
    const issuer = { metadata: { name: "internal" }, status: { conditions: [condition] } };
    put("/apis/cert-manager.io/v1/clusterissuers/internal", issuer);
    const listeners = [{ name: "tls", port: 443, hostname: "*.agyn.localhost" }];
    const spec = { gatewayClassName: "traefik", listeners };
    put(`/apis/${group}/v1/gateways/other`, { metadata: { name: "other", namespace: "shop" }, spec });
    const ingress = `{ provider: gateway-api, className: traefik, controller: { entry: mesh }, tls: { issuer: { name: internal } } }`;
    writeFileSync(stack, `${stackText}  agyn-networking:ingress: ${ingress}\n`);
    const { code, out } = await examine("--json");
    const findings = (JSON.parse(out) as Finding<string>[]).filter(({ check }) =>
      ["issuer", "ingress"].includes(check),
    );
    assert.equal(code, 1);
    assert.deepEqual(
      findings.map(({ verdict, subject }) => `${verdict} ${subject}`),
      ["fail ClusterIssuer internal", "fail definitions of the Gateway API", "warn Gateway shop/other"],
    );
    assert.match(findings[0]?.cause ?? "", /ErrGetKeyPair: no key pair/);
    assert.match(findings[1]?.cause ?? "", /v1\.4\.1/);
  });

  it("prints the findings as JSON", async () => {
    const { code, out } = await examine("--json");
    assert.equal(code, 0);
    const [first] = JSON.parse(out) as Finding[];
    assert.deepEqual(Object.keys(first ?? {}).sort(), ["cause", "check", "fix", "subject", "verdict"]);
  });

  it("names the RBAC verb it lacks, and does the other checks", async () => {
    const { intercept } = server;
    server.intercept = (seen) => (seen.path === pods ? failure(403, "Forbidden", "no") : intercept(seen));
    const finding = await find("pods of agyn-platform");
    assert.equal(finding?.verdict, "unknown");
    assert.match(finding.fix, /list pods in namespace agyn-platform/);
    assert.equal((await find("agents:50051"))?.verdict, "pass");
  });

  it("reads lists page by page, running pods alone", async () => {
    const { intercept } = server;
    server.intercept = (seen) => {
      if (seen.path !== pods) return intercept(seen);
      const second = seen.query.continue === "next";
      const metadata: JsonObject = second ? {} : { continue: "next" };
      return [200, { items: [podOf(second ? "chat" : "agents")] as unknown as JsonObject[], metadata }];
    };
    assert.match((await find("pods of agyn-platform"))?.cause ?? "", /^2 of 2 /);
    const selectors = server.requests.filter(({ path }) => path === pods).map(({ query }) => query.fieldSelector);
    assert.deepEqual(selectors, ["status.phase=Running", "status.phase=Running"]);
  });

  it("says one thing about a server that is not there", async () => {
    write("https://127.0.0.1:1");
    const { code, out } = await examine();
    assert.equal(code, 1);
    assert.match(out, /fail +https:\/\/127\.0\.0\.1:1 +.*ECONNREFUSED/);
    assert.match(out, /0 passed, 1 failed/);
  });

  it("does with what it has when the server does not answer in time", async () => {
    const limit = new AbortController();
    const silent = createServer(() => limit.abort());
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    write(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    const api = new ApiServer(await loadKubeConfig({ file: kubeconfig }), limit.signal);
    const reading = await api.get("/version", { verb: "get", resource: "/version" });
    silent.closeAllConnections();
    silent.close();
    assert.deepEqual(reading, { reason: `${api.address} did not answer in time` });
  });

  it("takes the stack by its name, dev by default", async () => {
    const { code, out } = await runCommand(["preflight", "--kubeconfig", kubeconfig, "--context", "fake"]);
    assert.equal(code, 0, out);
  });

  const encrypted = `config:\n  agyn-networking:kubernetes: { kubeconfig: { secure: v1:abc } }\n`;
  for (const [title, args, text, message] of [
    ["a stack that is not there", ["--stack", "nowhere"], stackText, /--stack: Pulumi\.nowhere\.yaml .*ENOENT/],
    ["settings that are wrong", [], "config:\n  agyn-networking:profile: odd\n", /profile[^]*odd/],
    ["an unknown context", ["--context", "odd"], stackText, /no context "odd"\. It has: fake/],
    ["a kubeconfig that is not there", ["--kubeconfig", "nowhere"], stackText, /kubeconfig cannot be used \(ENOENT\)/],
  ] as const) {
    it(`refuses ${title}`, async () => {
      writeFileSync(stack, text);
      const { code, errors } = await examine(...args);
      assert.equal(code, 1);
      assert.match(errors, message);
      assert.ok(!errors.includes("    at "), errors);
    });
  }

  it("asks for a kubeconfig where one names a server without TLS, as the library does where there is none", async () => {
    writeFileSync(kubeconfig, readFileSync(kubeconfig, "utf8").replace('"insecure-skip-tls-verify":true', '"x":0'));
    const { code, errors } = await examine();
    assert.equal(code, 1);
    assert.match(errors, /with https \(found http:.*--kubeconfig/);
  });

  it("asks for a kubeconfig where the stack's own is encrypted", async () => {
    writeFileSync(stack, encrypted);
    const { code, errors } = await runCommand(["preflight", "--stack", stack]);
    assert.equal(code, 1);
    assert.match(errors, /--kubeconfig is needed/);
  });
});
