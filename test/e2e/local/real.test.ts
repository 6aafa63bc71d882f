import assert from "node:assert/strict";
import { findLeftovers } from "../../../local/gone";
import { runningProcesses } from "../../../local/platform/processes";
import { isRunning } from "../../../local/running";
import { changeByHand, findByName } from "../support/controller-objects";
import { hasRealEngines, LocalPlatform } from "../support/local-platform";

describe("the local platform with the real Kubernetes plugin and OpenZiti controller", function () {
  const local = new LocalPlatform();

  before("needs pulumi-resource-kubernetes and ziti", async function () {
    if (!(await hasRealEngines())) this.skip();
  });
  after(() => local.remove());

  it("installs the stack and says that it was real", async () => {
    const output = await local.succeed("up");
    assert.match(output, /up: \d+ created in .*\(run against the real engines\)/);
    assert.match(output, /Kubernetes plugin +real\n.*OpenZiti controller +real/);
  });

  it("changes nothing when run again", async () => {
    assert.match(await local.succeed("up"), /up: 0 changed, \d+ unchanged/);
  });

  it("shows the one object that was changed by hand, and repairs it alone", async () => {
    const { controller } = await local.load();
    const [policy] = await findByName(controller, "service-policies", "gateway-dial");
    assert.ok(policy);
    await changeByHand(controller, "PATCH", `service-policies/${policy.id}`, { identityRoles: ["#strangers"] });
    const refreshed = await local.succeed("refresh");
    assert.equal(refreshed.match(/^drifted: /gm)?.length, 1, refreshed);
    assert.match(refreshed, /^drifted: OpenZiti ServicePolicy .*gateway-dial$/m);
    assert.match(await local.succeed("up"), /up: 1 updated, \d+ unchanged/);
    const [repaired] = await findByName(controller, "service-policies", "gateway-dial");
    assert.deepEqual(repaired?.identityRoles, policy.identityRoles);
  });

  it("finds no drift in what it repaired", async () => {
    assert.match(await local.succeed("preview", "--refresh"), /preview: 0 changed/);
  });

  it("removes everything it installed, as the engines confirm", async () => {
    assert.match(await local.succeed("destroy"), /nothing of ours is left/);
    assert.deepEqual(await findLeftovers(await local.load()), []);
  });

  it("ends every process it started", async () => {
    const records = runningProcesses(local.folders);
    assert.ok(records.length >= 6, "etcd, API server, controller manager, scheduler, kwok, controller");
    await local.succeed("stop");
    assert.deepEqual(records.filter(isRunning), []);
  });
});
