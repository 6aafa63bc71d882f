import assert from "node:assert/strict";
import { hasRealEngines, LocalPlatform } from "../support/local-platform";

// Simulated nodes accept every policy and run nothing: exactly where nobody may claim that policies are enforced.
describe("the enforcement probe on simulated nodes", function () {
  const local = new LocalPlatform();
  const probe = ["--set", "networkPolicies.probe=true"];

  before("needs pulumi-resource-kubernetes and ziti", async function () {
    if (!(await hasRealEngines())) this.skip();
  });
  after(() => local.remove());

  it("is inconclusive, in a warning and in the output", async () => {
    const output = await local.succeed("up", ...probe);
    assert.match(output, /network policies are not shown to be enforced by this cluster/);
    assert.match(output, /networkPolicyEnforcement:\n.*\n +verdict +inconclusive/);
  });

  it("fails the run that requires a proof", async () => {
    const { code, output } = await local.run("up", ...probe, "--set", "networkPolicies.requireEnforcement=true");
    assert.notEqual(code, 0);
    assert.match(output, /networkPolicies\.requireEnforcement: network policies are not shown to be enforced/);
  });

  it("leaves with its switch", async () => {
    assert.match(await local.succeed("up"), /up: 4 deleted, \d+ unchanged/);
  });
});
