import assert from "node:assert/strict";
import { buildModel } from "../../../access/model/model";
import { renderNetworkPolicies } from "../../../access/render/network-policies";
import { loadStack } from "../../../cli/shared/offline/stack";
import { hasEngines, LocalPlatform } from "../support/local-platform";
import { keyOf, policiesIn, PolicyWatch, type PolicyEvent } from "./policy-watch";

// As the local platform installs it: what runs in charts is not managed there, so its namespaces stay open.
const { options } = loadStack("dev").model;
const unmanaged = { manage: false };
const on = buildModel({
  ...options,
  mesh: { ...options.mesh, ...unmanaged },
  certManager: unmanaged,
  controller: { ...options.controller, ...unmanaged },
  zitiManagement: { ...options.zitiManagement, deploy: false },
  networkPolicies: { ...options.networkPolicies, enabled: true },
});
const set = renderNetworkPolicies(on).map(keyOf).sort();
const isDeny = (policy: string) => policy.endsWith("/default-deny");
const denies = set.filter(isDeny);

describe("the switch of the network policies, on a real API server", function () {
  const local = new LocalPlatform();
  let firstRun = "";

  /** What became of policies while `pulumi up` ran, and what it said of the rest. */
  async function up(...settings: string[]): Promise<{ events: readonly PolicyEvent[]; output: string }> {
    const watch = await PolicyWatch.start((await local.load()).api);
    const output = await local.succeed("up", "--simulated", ...settings);
    return { events: await watch.end(), output };
  }

  const policies = async () => policiesIn((await local.load()).api);
  const summary = (output: string) => /^ *up: .*(?:created|changed|deleted).*$/m.exec(output)?.[0] ?? output;

  before("needs Pulumi, etcd and kube-apiserver", async function () {
    if (!(await hasEngines())) this.skip();
    firstRun = await local.succeed("up", "--simulated");
  });
  after(() => local.remove());

  it("makes no policy while it is off", async () => {
    assert.match(summary(firstRun), /created/);
    assert.deepEqual(await policies(), []);
  });

  it("adds exactly the set when it goes on, and every default-deny after every policy that allows", async () => {
    const { events, output } = await up("--set", "networkPolicies.enabled=true");
    assert.deepEqual(await policies(), set);
    assert.match(summary(output), new RegExp(`up: ${set.length} created.*unchanged`));
    const added = events.filter(({ type }) => type === "ADDED").map(({ policy }) => policy);
    assert.deepEqual([...added].sort(), set);
    assert.deepEqual(added.slice(-denies.length).sort(), denies);
    assert.ok(!events.some(({ type }) => type === "DELETED"));
  });

  it("removes exactly the set when it goes off, and every default-deny before every policy that allows", async () => {
    const { events, output } = await up();
    assert.deepEqual(await policies(), []);
    assert.match(summary(output), new RegExp(`up: ${set.length} deleted.*unchanged`));
    const deleted = events.filter(({ type }) => type === "DELETED").map(({ policy }) => policy);
    assert.deepEqual([...deleted].sort(), set);
    assert.deepEqual(deleted.slice(0, denies.length).sort(), denies);
    console.log(`      ${set.length} policies, ${denies.length} of them default-deny`);
  });
});
