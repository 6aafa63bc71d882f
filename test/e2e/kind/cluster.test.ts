import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { askKind } from "../../../local/kind/answers";
import { ensureCluster, removeCluster, type KindContext } from "../../../local/kind/cluster";
import { kindFolders } from "../../../local/kind/folders";
import { KubernetesApi } from "../../../local/platform/kubernetes-api";
import { projectRoot } from "../../support/project-root";
import { end } from "../cluster/case-cluster";
import { missingForTestNode } from "../node/test-node";
import { StandinTools } from "./standin-tools";

// Without Pulumi's plugins and without charts: what a machine in continuous integration has.
describe("a cluster of a stand-in for kind that hands out a node of this project", () => {
  const tools = new StandinTools();
  const folder = mkdtempSync(path.join(os.tmpdir(), "agyn-kind-"));
  const folders = kindFolders(folder);
  const environment = { ...tools.environment(), AGYN_IMAGES: undefined };
  const context: KindContext = { folders, environment, line: () => undefined, status: () => undefined };

  before("needs root, Debian's runtime and the engines of a node", async function () {
    if ((await missingForTestNode()).length > 0) this.skip();
  });
  after(async () => {
    await tools.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it("answers, is made, and is the same when asked for again", async () => {
    const answers = await askKind(environment);
    assert.ok(answers.missing === undefined, answers.missing);
    assert.match(answers.kind, /stand-in/);
    const first = await ensureCluster(context, answers.containerEngine);
    assert.ok(first.created);
    const nodes = await new KubernetesApi(first.access).tryGet<{ items: unknown[] }>("/api/v1/nodes");
    assert.equal(nodes?.items.length, 1);
    assert.equal((await ensureCluster(context, answers.containerEngine)).created, false);
  });

  it("passes the cases of a cluster that is given, which leave nothing", async () => {
    const main = path.join(projectRoot, "dist", "test", "e2e", "cluster", "main.js");
    const args = [main, "--context", "agyn-local", "--prefix", "agyn-proof", "--kubeconfig", folders.kubeconfig];
    const { code, output } = await end(process.execPath, args, { env: { ...environment, AGYN_TEST_IMAGE: undefined } });
    assert.equal(code, 0, output);
    assert.match(output, /cluster +agyn-local at https:\/\/127\.0\.0\.1:\d+\nnamespaces +agyn-proof-/);
    assert.match(output, /leave open what agents need, and nothing else[^]*7 passed, 0 failed/);
    assert.match(output, /nothing of the run is left/);
  });

  it("goes with everything of it", async () => {
    assert.equal(await removeCluster(context), true);
    assert.deepEqual(tools.clusters(), []);
    assert.equal(existsSync(folders.root), false);
  });
});
