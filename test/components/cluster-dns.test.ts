import * as assert from "node:assert/strict";
import { findOne, ofType, registerFailing, registerProgram } from "../support/registrations";

const patch = "kubernetes:core/v1:ConfigMapPatch";
const rewrite = "rewrite name exact ziti.agyn.localhost ziti-controller-client.ziti.svc.cluster.local";

describe("names", () => {
  it("tells public DNS the customer-facing names and the two at which devices enter the overlay, and no others", async () => {
    const { publicHosts } = (await registerProgram("dev", {})).outputs;
    const hosts = ["chat", "console", "tracing", "gateway", "media"].map((name) => `${name}.agyn.localhost`);
    const entries = ["ziti.agyn.localhost", "ziti-router.agyn.localhost"];
    assert.deepEqual([...(publicHosts as string[])].sort(), [...hosts, ...entries, "agyn.localhost"].sort());
  });

  it("touches no CoreDNS unless it is told which one it is, and says which lines are missing", async () => {
    const run = await registerProgram("dev", {});
    assert.deepEqual(ofType(run, patch), []);
    assert.ok((run.outputs.clusterDnsLines as string[]).includes(rewrite));
  });

  it("adds a key of its own where CoreDNS reads more lines from a ConfigMap", async () => {
    const run = await registerProgram("dev", { overlay: { clusterDns: "coredns-custom" } });
    const { inputs, retained } = findOne(run, patch);
    assert.deepEqual(inputs.metadata, { name: "coredns-custom", namespace: "kube-system" });
    const [[key, lines] = ["", ""], ...more] = Object.entries(inputs.data as Record<string, string>);
    assert.deepEqual([key, more, retained], ["agyn-networking.override", [], false]);
    assert.ok(lines.split("\n").includes(rewrite));
  });

  it("merges into a Corefile that is one value, and leaves it there when the stack goes", async () => {
    const run = await registerProgram("dev", { overlay: { clusterDns: "corefile" } });
    const { inputs, retained } = findOne(run, patch);
    const { Corefile } = inputs.data as { Corefile: string };
    assert.ok(Corefile.includes(`    ${rewrite}\n`) && Corefile.includes("forward . /etc/resolv.conf"));
    assert.equal(retained, true);
  });

  it("stops with the lines to add where a Corefile cannot be merged", async () => {
    const { error } = await registerFailing(
      "dev",
      { overlay: { clusterDns: "corefile" } },
      { corefile: "corp:53 {\n}\n" },
    );
    assert.match(String(error), /left as it is: it has no block/);
    assert.ok(String(error).includes(rewrite));
  });

  it("publishes what an agent's sidecar needs", async () => {
    const overlay = { extraZones: ["agyn"], upstreamResolver: "10.96.0.10" };
    const { overlaySidecar } = (await registerProgram("dev", { overlay })).outputs;
    const { interceptRange, upstreamResolver, environment } = overlaySidecar as Record<string, object>;
    assert.deepEqual([interceptRange, upstreamResolver], ["100.64.0.0/10", "10.96.0.10"]);
    assert.deepEqual(Object.keys(environment ?? {}), ["ziti", "agyn"]);
  });
});
