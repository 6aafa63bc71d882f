import assert from "node:assert/strict";
import { probeEnforcement } from "../cluster/enforcement";
import { describePolicyCases } from "../cluster/policy-cases";
import { TestNode, missingForTestNode } from "./test-node";

describe("network policies on a real node", () => {
  const node = new TestNode();
  let skipped = false;

  before("needs root, Debian's runtime and the engines of a node", async function () {
    skipped = (await missingForTestNode()).length > 0;
    if (skipped) this.skip();
    await node.succeed("up", "--without", "network-policies");
  });
  after(async () => {
    if (!skipped) await node.remove();
  });

  it("are not enforced without what enforces them, and the program's probe says so", async () => {
    assert.equal(await probeEnforcement(node), "notEnforced");
  });

  it("are enforced with it, and the program's probe says so", async () => {
    await node.succeed("up");
    assert.equal(await probeEnforcement(node), "enforced");
  });

  describePolicyCases(node);
});
