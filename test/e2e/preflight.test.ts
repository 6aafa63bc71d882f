import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Finding } from "../../cli/preflight/finding";
import { send } from "../../local/platform/https";
import { stackFile } from "../../local/stack/project";
import { projectRoot } from "../support/project-root";
import { endOf, hasEngines, LocalPlatform } from "./support/local-platform";

const platform = "/api/v1/namespaces/agyn-platform";
const inPlatform = (name: string) => `${platform}/${name}`;

describe("the preflight of a real API server", function () {
  const local = new LocalPlatform();
  let findings: readonly Finding<string>[];
  let code: number | null;
  const find = (subject: string | RegExp) =>
    findings.find((finding) => finding.subject === subject || new RegExp(subject).test(finding.subject));

  const preflight = async (stack = stackFile(local.folders)) => {
    const { kubeconfig } = local.folders;
    const args = ["preflight", "--stack", stack, "--kubeconfig", kubeconfig, "--json"];
    const command = path.join(projectRoot, "bin", "agyn-net");
    const result = await endOf(spawn(process.execPath, [command, ...args], { stdio: ["ignore", "pipe", "pipe"] }));
    code = result.code;
    findings = JSON.parse(result.output) as Finding<string>[];
  };

  const put = async (at: string, object: object) => {
    const { url, authority, token } = (await local.load()).api;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/apply-patch+yaml" };
    const target = `${url}${at}?fieldManager=test&force=true`;
    const body = JSON.stringify(object);
    const answer = await send({ url: target, authority, method: "PATCH", headers, body });
    assert.ok(answer.status < 300, answer.body);
  };

  before("needs Pulumi, etcd and kube-apiserver", async function () {
    if (!(await hasEngines())) this.skip();
    await local.succeed("up", "--simulated");
    await preflight();
  });
  after(() => local.remove());

  it("passes its version and the kinds that the program makes", () => {
    const own = findings.filter(({ check }) => check === "server" || check === "kinds");
    assert.deepEqual([...new Set(own.map(({ verdict }) => verdict))], ["pass"], JSON.stringify(own));
    assert.equal(own.length, 7);
  });

  it("reads the labels that the program gave to namespaces", () => {
    assert.match(find("namespace agyn-platform")?.cause ?? "", /label istio-injection=enabled/);
    assert.equal(find("namespace agyn-workloads")?.verdict, "pass");
  });

  it("fails with a pod that has no sidecar, and with a port that is declared TCP", async () => {
    const labels = { "app.kubernetes.io/name": "agents" };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "agents-0", labels } };
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "agents" } };
    const containers = [{ name: "agents", image: "agents" }];
    const spec = { serviceAccountName: "agents", automountServiceAccountToken: false, containers };
    const ports = [{ name: "tcp", port: 50051 }];
    const service = { apiVersion: "v1", kind: "Service", metadata: { name: "agents" }, spec: { ports } };
    await put(inPlatform("serviceaccounts/agents"), account);
    await put(inPlatform("pods/agents-0"), { ...pod, spec });
    await put(inPlatform("pods/agents-0/status"), { ...pod, status: { phase: "Running" } });
    await put(inPlatform("services/agents"), service);

    await preflight();
    assert.equal(code, 1);
    assert.equal(find("pod agents-0")?.verdict, "fail");
    assert.match(find("pod agents-0")?.cause ?? "", /webhook did not answer/);
    assert.equal(find("agents:50051")?.verdict, "fail");
    assert.equal(find("pods of agents")?.verdict, "pass");
  });

  it("cannot judge the issuer that no cert-manager looked at", () => {
    assert.equal(find("ClusterIssuer agyn-bootstrap-ca")?.verdict, "unknown");
  });

  it("says everything at once that is wrong with what the public is to be served by", async () => {
    const group = "gateway.networking.k8s.io/v1";
    const issuer = { apiVersion: "cert-manager.io/v1", kind: "ClusterIssuer", metadata: { name: "letsencrypt" } };
    const at = "/apis/cert-manager.io/v1/clusterissuers/letsencrypt";
    const condition = { type: "Ready", status: "False", reason: "ErrInitIssuer", message: "no account" };
    await put(at, { ...issuer, spec: { selfSigned: {} } });
    await put(`${at}/status`, { ...issuer, status: { conditions: [condition] } });
    const className = { apiVersion: group, kind: "GatewayClass", metadata: { name: "envoy" } };
    await put(`/apis/${group}/gatewayclasses/envoy`, { ...className, spec: { controllerName: "acme.io/envoy" } });
    const listeners = [{ name: "all", port: 443, protocol: "TLS", tls: { mode: "Passthrough" } }];
    const foreign = { apiVersion: group, kind: "Gateway", metadata: { name: "other", namespace: "default" } };
    await put(`/apis/${group}/namespaces/default/gateways/other`, {
      ...foreign,
      spec: { gatewayClassName: "traefik", listeners },
    });

    const stack = path.join(local.folders.root, "Pulumi.gateway-api.yaml");
    const ingress = {
      provider: "gateway-api",
      className: "traefik",
      controller: { entry: "mesh" },
      tls: { issuer: { name: "letsencrypt" } },
    };
    writeFileSync(stack, JSON.stringify({ config: { "agyn-networking:ingress": ingress } }));
    await preflight(stack);
    const found = findings.filter(({ check }) => ["issuer", "ingress"].includes(check));
    assert.deepEqual(
      found.map(({ verdict, subject }) => `${verdict} ${subject}`),
      [
        "fail ClusterIssuer letsencrypt",
        "pass definitions of the Gateway API",
        "fail GatewayClass traefik",
        "warn Gateway default/other",
      ],
    );
    assert.match(found[0]?.cause ?? "", /ErrInitIssuer: no account/);
    assert.match(found[1]?.cause ?? "", /tlsroutes, v1\.\d/);
    assert.match(found[2]?.cause ?? "", /there are envoy/);
  });
});
