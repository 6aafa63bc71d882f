import assert from "node:assert/strict";
import { listControllerObjects } from "../../../local/stack/inventory";
import { hasEngines, LocalPlatform } from "../support/local-platform";
import { runInShell } from "../support/shell";

// Nothing listens there, and nobody without privileges could.
const lost = ["--set", "controller.url=https://127.0.0.1:1"];
const forget = ["--set", "controller.forget=true"];

describe("a stack whose controller is lost", function () {
  const local = new LocalPlatform();
  let present: readonly string[];
  let made: readonly string[];

  before("needs Pulumi, etcd and kube-apiserver", async function () {
    if (!(await hasEngines())) this.skip();
    await local.succeed("preview", "--simulated");
    present = await listControllerObjects((await local.load()).controller);
    await local.succeed("up", "--simulated");
    const after = await listControllerObjects((await local.load()).controller);
    made = after.filter((name) => !present.includes(name));
    assert.ok(made.length > 20);
  });
  after(() => local.remove());

  async function leftovers() {
    const exports = await local.succeed("env");
    return runInShell(`${exports}\nnode bin/agyn-net leftovers --stack dev --config-file "$PULUMI_STACK_CONFIG"`);
  }

  it("has nothing left over while it is up", async () => {
    const { code, output } = await leftovers();
    assert.equal(code, 0, output);
    assert.match(output, /dev left nothing behind/);
  });

  it("fails to be destroyed, in time, and is told the address and the choice", async () => {
    const { code, output } = await local.run("destroy", "--simulated", ...lost);
    assert.equal(code, 1);
    assert.match(output, /The OpenZiti controller at https:\/\/127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/);
    assert.match(output, /let go of its objects without it: set controller\.forget to true/);
  });

  it("goes up and is destroyed without a controller, once it is told to forget it", async () => {
    await local.succeed("up", "--simulated", ...lost, ...forget);
    const { output } = await local.run("destroy", "--simulated", ...lost, ...forget);
    assert.match(output, new RegExp(`destroyed, but ${made.length} objects are left: `));
    for (const name of made) assert.ok(output.includes(name), name);
  });

  it("shows by their tags what it left in the controller", async () => {
    await local.succeed("preview", "--simulated"); // its settings name the controller that answers, again
    const { code, output } = await leftovers();
    assert.equal(code, 2, output);
    for (const name of made) assert.ok(output.includes(name.replace(" ", "  ")), `${name}\n${output}`);
    assert.match(output, new RegExp(`${made.length} objects carry the tags of dev`));
  });

  it("takes them back without being asked to adopt, and names the identity whose key was lost with the state", async () => {
    await local.succeed("up", "--simulated");
    const { code, output } = await local.run("destroy", "--simulated");
    assert.equal(code, 1, output);
    assert.match(output, /1 objects are left: identities ziti-management-[0-9a-f]{8}\n/);
    const left = await leftovers();
    assert.match(left.output, /ziti-management-[0-9a-f]{8}/);
    assert.match(left.output, /1 objects? carr(y|ies) the tags of dev/);
  });
});
