import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as path from "node:path";
import type { Finding } from "../../cli/preflight/finding";
import { send } from "../../local/platform/https";
import { stackFile } from "../../local/stack/project";
import { projectRoot } from "../support/project-root";
import { endOf, hasEngines, LocalPlatform } from "./support/local-platform";

const platform = "/api/v1/namespaces/agyn-platform";

describe("the preflight of a real API server", function () {
  const local = new LocalPlatform();
  let findings: readonly Finding[];
  let code: number | null;
  const find = (subject: string | RegExp) =>
    findings.find((finding) => finding.subject === subject || new RegExp(subject).test(finding.subject));

  const preflight = async () => {
    const { kubeconfig } = local.folders;
    const args = ["preflight", "--stack", stackFile(local.folders), "--kubeconfig", kubeconfig, "--json"];
    const command = path.join(projectRoot, "bin", "agyn-net");
    const result = await endOf(spawn(process.execPath, [command, ...args], { stdio: ["ignore", "pipe", "pipe"] }));
    code = result.code;
    findings = JSON.parse(result.output) as Finding[];
  };

  const put = async (name: string, object: object) => {
    const { url, authority, token } = (await local.load()).api;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/apply-patch+yaml" };
    const target = `${url}${platform}/${name}?fieldManager=test&force=true`;
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
    await put("serviceaccounts/agents", account);
    await put("pods/agents-0", { ...pod, spec });
    await put("pods/agents-0/status", { ...pod, status: { phase: "Running" } });
    await put("services/agents", service);

    await preflight();
    assert.equal(code, 1);
    assert.equal(find("pod agents-0")?.verdict, "fail");
    assert.match(find("pod agents-0")?.cause ?? "", /webhook did not answer/);
    assert.equal(find("agents:50051")?.verdict, "fail");
    assert.equal(find("pods of agents")?.verdict, "pass");
  });
});
