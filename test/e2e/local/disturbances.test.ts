import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import * as path from "node:path";
import { runningProcesses } from "../../../local/platform/processes";
import { listControllerObjects } from "../../../local/stack/inventory";
import { endOf, hasEngines, LocalPlatform, until } from "../support/local-platform";

describe("a disturbed local platform", function () {
  const local = new LocalPlatform();
  const checkpoint = path.join(local.folders.backend, ".pulumi", "stacks", "agyn-networking", "dev.json");

  before("needs Pulumi, etcd and kube-apiserver", async function () {
    if (!(await hasEngines())) this.skip();
  });
  after(() => local.remove());

  it("refuses a second command while one runs, and names its pid", async () => {
    const first = local.start("up", "--simulated");
    await until("the first command's lock", () => existsSync(local.folders.lock));
    const { code, output } = await local.run("preview", "--simulated");
    assert.equal(code, 1);
    assert.ok(output.includes(`\`up\` (pid ${first.pid}`), output);
    await until("a checkpoint with some objects", () => countInCheckpoint() > 10 || first.exitCode !== null);
    first.kill("SIGKILL");
    await endOf(first);
  });

  it("finishes what a killed run began, without making anything twice", async () => {
    const output = await local.succeed("up", "--simulated");
    assert.match(output, /The last run was cut off/);
    assert.match(await local.succeed("preview", "--simulated", "--refresh"), /preview: 0 changed/);
    const objects = await listControllerObjects((await local.load()).controller);
    assert.equal(new Set(objects).size, objects.length);
  });

  it("moves to another port when its own is taken", async () => {
    const before = (await local.load()).record.ports;
    await local.succeed("stop");
    const stranger = createServer().listen(before.controller, "127.0.0.1");
    const output = await local.succeed("up", "--simulated").finally(() => stranger.close());
    const after = (await local.load()).record.ports;
    assert.notEqual(after.controller, before.controller);
    assert.ok(output.includes(`port ${before.controller} (controller) is taken: using ${after.controller}`), output);
  });

  it("starts again what was killed, and keeps the stack", async () => {
    const apiServer = runningProcesses(local.folders).find(({ name }) => name === "kube-apiserver");
    assert.ok(apiServer);
    process.kill(apiServer.pid, "SIGKILL");
    assert.match(await local.succeed("up", "--simulated"), /up: 0 changed/);
  });

  function countInCheckpoint(): number {
    return existsSync(checkpoint) ? readFileSync(checkpoint, "utf8").split('"urn"').length : 0;
  }
});
