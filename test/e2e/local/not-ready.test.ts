import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { KubernetesApi } from "../../../local/platform/kubernetes-api";
import { nodeName } from "../../../local/platform/preinstalled";
import { send } from "../../../local/platform/https";
import type { Platform } from "../../../local/platform/platform";
import { endOf, hasLanguagePlugin, hasRealEngines, LocalPlatform } from "../support/local-platform";
import { startInShell } from "../support/shell";

const quota = "/api/v1/namespaces/agyn-platform/resourcequotas/none";
const deployment = "/apis/apps/v1/namespaces/agyn-platform/deployments/ziti-management";
const warnings = /Deployment ziti-management in agyn-platform is not ready/g;
/** Seconds from the Deployment to the warning. */
const limit = 60;

// The real controller manager and the real scheduler refuse the pod, in their own words.
describe("a Deployment that does not get ready, on the local platform", function () {
  const local = new LocalPlatform();
  let platform: Platform;
  let api: KubernetesApi;

  before("needs pulumi-resource-kubernetes and ziti", async function () {
    if (!(await hasRealEngines())) this.skip();
    await local.succeed("preview");
    platform = await local.load();
    api = new KubernetesApi(platform.api);
  });
  after(() => local.remove());

  async function request(method: "DELETE" | "PATCH", path: string, body?: object): Promise<void> {
    const type = { "content-type": "application/merge-patch+json" };
    const headers = { authorization: `Bearer ${platform.api.token}`, ...(body === undefined ? {} : type) };
    const { url, authority } = platform.api;
    await send({
      url: `${url}${path}`,
      authority,
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Follows a run until it has told the reason, lets it see it some more, takes the reason away, and waits for the end. */
  async function runUntilTold(child: ReturnType<LocalPlatform["start"]>, told: RegExp, mend: () => Promise<void>) {
    let output = "";
    let toldAt: number | undefined;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (told.test(output)) toldAt ??= Date.now();
      });
    }
    const ended = endOf(child);
    for (const end = Date.now() + 4 * limit * 1000; Date.now() < end && toldAt === undefined; await sleep(200)) {
      if (child.exitCode !== null) break;
    }
    await sleep(toldAt === undefined ? 0 : 25_000);
    const refused = await api.tryGet<{ metadata: { creationTimestamp: string } }>(deployment);
    await mend();
    const { code } = await ended;
    assert.ok(toldAt !== undefined && refused !== undefined, `never told why:\n${output}`);
    const seconds = (toldAt - Date.parse(refused.metadata.creationTimestamp)) / 1000;
    return { code, output, seconds };
  }

  it("tells within a minute that no node takes its pod, once, and goes on when one does", async () => {
    const cordon = (unschedulable: boolean) =>
      request("PATCH", `/api/v1/nodes/${nodeName}`, { spec: { unschedulable } });
    await cordon(true);
    const { code, output, seconds } = await runUntilTold(local.start("up"), warnings, () => cordon(false));
    assert.equal(code, 0, output);
    assert.ok(seconds < limit, `${seconds} s`);
    assert.match(
      output,
      /the scheduler finds no node for it.*\n +Unschedulable: 0\/1 nodes are available.*unschedulable/,
    );
    assert.equal(output.match(warnings)?.length, 1, output);
    console.log(`      told ${seconds.toFixed(0)} s after the Deployment was made`);
  });

  it("tells with plain pulumi that a quota refuses its pod", async function () {
    if (!(await hasLanguagePlugin())) this.skip();
    await local.succeed("destroy");
    const metadata = { name: "agyn-platform" };
    await api.serverSideApply("/api/v1/namespaces/agyn-platform", { apiVersion: "v1", kind: "Namespace", metadata });
    const spec = { hard: { pods: "0" } };
    const none = {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "none", namespace: "agyn-platform" },
      spec,
    };
    await api.serverSideApply(quota, none);
    const exports = await local.succeed("env");
    const command = 'pulumi up --yes --skip-preview --stack dev --config-file "$PULUMI_STACK_CONFIG" --non-interactive';
    const child = startInShell(`${exports}\n${command}`);
    const told = /Deployment ziti-management in agyn-platform is not ready: ReplicaSet .*the quota "none"/;
    const { code, output, seconds } = await runUntilTold(child, told, () => request("DELETE", quota));
    assert.equal(code, 0, output);
    assert.ok(seconds < limit, `${seconds} s`);
    assert.match(output, /exceeded quota: none, requested: pods=1/);
  });

  it("tells nothing in a run where everything is ready", async () => {
    assert.doesNotMatch(await local.succeed("up"), /is not ready/);
  });
});
