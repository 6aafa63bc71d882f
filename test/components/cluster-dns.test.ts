import * as assert from "node:assert/strict";
import { findOne, ofType, registerProgram } from "../support/registrations";

const clusterDns = "openziti:index:ClusterDns";
const rewrite = "rewrite name exact ziti.agyn.localhost ziti-controller-client.ziti.svc.cluster.local";

describe("names", () => {
  it("tells public DNS the customer-facing names and the two at which devices enter the overlay, and no others", async () => {
    const { publicHosts } = (await registerProgram("dev", {})).outputs;
    const hosts = ["chat", "console", "tracing", "gateway", "media"].map((name) => `${name}.agyn.localhost`);
    const entries = ["ziti.agyn.localhost", "ziti-router.agyn.localhost"];
    assert.deepEqual([...(publicHosts as string[])].sort(), [...hosts, ...entries, "agyn.localhost"].sort());
  });

  it("asks the cluster which CoreDNS it has, unless it is told", async () => {
    const run = await registerProgram("dev", {});
    const { inputs, retained } = findOne(run, clusterDns);
    assert.deepEqual([inputs.mode, retained], ["auto", false]);
    assert.ok((inputs.lines as string[]).includes(rewrite));
    assert.deepEqual(run.outputs.clusterDnsLines, inputs.lines);
    assert.deepEqual(ofType(run, "kubernetes:core/v1:ConfigMapPatch"), []);
  });

  for (const mode of ["coredns-custom", "corefile"]) {
    it(`writes to the ${mode} it is told`, async () => {
      const run = await registerProgram("dev", { overlay: { clusterDns: mode } });
      assert.equal(findOne(run, clusterDns).inputs.mode, mode);
    });
  }

  it("touches no CoreDNS where the operator gave it the lines, and says which", async () => {
    const run = await registerProgram("dev", { overlay: { clusterDns: "external" } });
    assert.deepEqual(ofType(run, clusterDns), []);
    assert.ok((run.outputs.clusterDnsLines as string[]).includes(rewrite));
  });

  it("reaches the cluster whose DNS it writes to as the rest of the program does", async () => {
    const kubernetes = { kubeconfig: "apiVersion: v1\n", context: "lab" };
    const run = await registerProgram("dev", { kubernetes });
    const { inputs, secrets } = findOne(run, "pulumi:providers:openziti", "overlay-cluster");
    assert.deepEqual([inputs, secrets], [{ kubernetes }, ["kubernetes"]]);
  });

  it("has the names before anything that enrolls with them", async () => {
    const run = await registerProgram("dev", { domain: "agyn.acme.io", controller: { mode: "cluster" } });
    for (const name of ["overlay-controller", "overlay-controller-2", "overlay-controller-3", "overlay-router"]) {
      assert.ok(findOne(run, "kubernetes:helm.sh/v3:Release", name).dependsOn.includes("overlay-cluster-dns"), name);
    }
  });

  it("publishes what an agent's sidecar needs", async () => {
    const overlay = { extraZones: ["agyn"], upstreamResolver: "10.96.0.10" };
    const { overlaySidecar } = (await registerProgram("dev", { overlay })).outputs;
    const { interceptRange, upstreamResolver, environment } = overlaySidecar as Record<string, object>;
    assert.deepEqual([interceptRange, upstreamResolver], ["100.64.0.0/10", "10.96.0.10"]);
    assert.deepEqual(Object.keys(environment ?? {}), ["ziti", "agyn"]);
  });
});
