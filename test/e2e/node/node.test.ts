import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { findPodNamespaces } from "../../../local/node/host/pod-leftovers";
import { networkNamespaces } from "../../../local/node/names";
import { outsideHosts } from "../../../local/node/settings/outside-dns";
import { findNodeLeftovers } from "../../../local/node/stop";
import { processesIn } from "../support/descendants";
import { describePodCases } from "../cluster/pod-cases";
import { SmallWorld } from "../cluster/small-world";
import { TestNode, eventually, missingForTestNode } from "./test-node";

interface Service {
  readonly status: { readonly loadBalancer: { readonly ingress?: readonly { readonly ipMode: string }[] } };
}

// One node for the whole file: the cases below go from its start to its end.
describe("a real node", () => {
  const node = new TestNode();
  const world = new SmallWorld(node);
  let skipped = false;

  before("needs root, Debian's runtime and the engines of a node", async function () {
    skipped = (await missingForTestNode()).length > 0;
    if (skipped) this.skip();
    await node.succeed("up");
    await world.create();
  });
  after(async () => {
    if (!skipped) await node.remove();
  });

  it("says how it is reached, and keeps quiet when it is up already", async () => {
    assert.match(await node.succeed("status"), /kube-apiserver +pid \d+/);
    assert.match(await node.succeed("up"), /The node is ready/);
  });

  describePodCases(node, () => world);

  it("knows the public names that its file of hosts has, as soon as it has them", async () => {
    const file = outsideHosts(node.folders);
    writeFileSync(file, "10.98.0.1 public.agyn.test\n");
    const ask = async () => (await world.inClient("nslookup public.agyn.test.")).output;
    await eventually("a public name", ask, (output) => /Address.*10\.98\.0\.1/.test(output));
    writeFileSync(file, "");
  });

  it("says of a load balancer's address that a proxy answers there", async () => {
    const { status } = await node.read<Service>("service", "public", "--namespace", world.namespace);
    assert.equal(status.loadBalancer.ingress?.[0]?.ipMode, "Proxy");
  });

  it("filters nothing any more without the part that filters", async () => {
    await world.close();
    await node.succeed("up", "--without", "network-policies");
    assert.equal((await world.reach()).code, 0);
    await world.open();
    await node.succeed("up");
  });

  it("runs without a load balancer and a StorageClass where it shall", async () => {
    await node.succeed("up", "--without", "load-balancer,volumes");
    await node.submit([world.claim("late"), world.publicService("pending")]);
    assert.equal((await node.read<{ items: unknown[] }>("storageclass")).items.length, 0);
    assert.equal((await world.readClaim("late")).status.phase, "Pending");
    const { status } = await node.read<Service>("service", "pending", "--namespace", world.namespace);
    assert.equal(status.loadBalancer.ingress, undefined);
    await node.succeed("up");
  });

  it("refuses a part that it does not know", async () => {
    const { code, output } = await node.run("up", "--without", "dns");
    assert.notEqual(code, 0);
    assert.match(output, /dns: no such part of a node; allowed are load-balancer, volumes, network-policies/);
  });

  it("has its pods again after an end and a start", async () => {
    await node.succeed("down");
    await node.succeed("up");
    await world.reachable();
  });

  it("starts again after everything of it was killed", async () => {
    for (const { pid } of processesIn(node.folders.root)) process.kill(pid, "SIGKILL");
    await node.succeed("up");
    await world.reachable();
  });

  it("leaves nothing on the machine when it goes", async () => {
    // Another node may run beside this one: its pods come and go as they like.
    const own = findPodNamespaces(node.folders.names);
    assert.ok(own.length > 0);
    await node.succeed("down", "--wipe");
    assert.deepEqual(findNodeLeftovers(node.folders), []);
    assert.deepEqual(
      own.filter((name) => existsSync(path.join(networkNamespaces, name))),
      [],
    );
    assert.deepEqual(processesIn(node.folders.root), []);
    assert.deepEqual(processesIn(node.folders.names.runFolder), []);
    assert.equal(existsSync(node.folders.root), false);
  });
});
