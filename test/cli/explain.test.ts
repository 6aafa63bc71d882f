import assert from "node:assert/strict";
import type { Explanation } from "../../access/answers/layer";
import type { Grant } from "../../access/answers/lists";
import { runCommand } from "./run-command";

describe("agyn-net explain", function () {
  // Each case starts a process: a loaded machine takes its time.
  this.timeout(90_000);

  const ask = (from: string, to: string, ...more: string[]) =>
    runCommand(["explain", "--from", from, "--to", to, ...more]);

  it("says that a call is closed, by which rule, and what would open it", async () => {
    const { code, out } = await ask("chat", "runners/CreateWorkload", "--json");
    assert.equal(code, 2);
    const { permitted, layers } = JSON.parse(out) as Explanation;
    assert.equal(permitted, false);
    const mesh = layers.find(({ layer }) => layer === "mesh");
    assert.equal(mesh?.rule, "AuthorizationPolicy agyn-platform/runners");
    assert.match(mesh.because, /open to agents-orchestrator alone/);
    assert.match(mesh.change ?? "", /mesh\.extraCallers: \{service: runners, methods: \[CreateWorkload\], .*chat/);
  });

  it("says which state of the identity header an RPC asks for", async () => {
    const { code, out } = await ask("agents-orchestrator", "agents.GetAgent", "--json");
    assert.equal(code, 0);
    const { layers } = JSON.parse(out) as Explanation;
    assert.equal(layers.find(({ layer }) => layer === "mesh")?.identityHeader, "absent");
    const { layers: others } = JSON.parse((await ask("gateway", "runners.ListWorkloads", "--json")).out) as Explanation;
    assert.ok(others.every((layer) => !("identityHeader" in layer)));
  });

  it("knows no name of a workload that serves nothing", async () => {
    const { code, out } = await ask("chat", "agents-orchestrator");
    assert.equal(code, 2);
    assert.match(out, /closed {2}DNS +no Service behind agents-orchestrator\.agyn-platform\.svc\.cluster\.local\n/);
    assert.match((await ask("chat", "runners")).out, /open {4}DNS /);
  });

  it("follows the public through the ingress to what is behind it, in plain text", async () => {
    const { code, out } = await ask("public", "media-proxy");
    assert.equal(code, 0);
    assert.match(out, /^the public → media-proxy: arrives\n {2}open {4}DNS .*media\.agents\.acme-robotics\.io\n/);
    assert.match(out, /open {4}ingress +https:\/\/media\.agents\.acme-robotics\.io\/\*\n[^]*open {4}mesh/);
    assert.ok(!out.includes("\u001b"));
  });

  it("does not take a service behind no host for public", async () => {
    const { code, out } = await ask("public", "runners");
    assert.equal(code, 2);
    assert.match(out, /closed {2}ingress +no route/);
  });

  it("answers for the overlay by its policies", async () => {
    assert.match((await ask("#agents", "llm-proxy")).out, /open {4}overlay +Dial policy llm-proxy-dial/);
    const { code, out } = await ask("#devices", "llm-proxy");
    assert.equal(code, 2);
    assert.match(out, /closed {2}overlay +no Dial policy\n +llm-proxy may be dialed by #agents\./);
  });

  for (const [title, from, to, message] of [
    ["a service", "gatway", "runners", /--from: received "gatway".*Did you mean "gateway"\?/],
    ["an RPC", "chat", "runers.CreateWorklod", /Did you mean "runners\.CreateWorkload"\?/],
    ["a role", "#agent", "gateway", /Did you mean "#agents"\?/],
    ["a port", "chat", "runners:99999", /--to: received "runners:99999"/],
  ] as const) {
    it(`suggests what was meant by a misspelt name: ${title}`, async () => {
      const { code, out, errors } = await ask(from, to);
      assert.equal(code, 1);
      assert.equal(out, "");
      assert.match(errors, message);
    });
  }

  it("lists who may use an RPC, with the state of the header", async () => {
    const { out } = await runCommand(["who-can", "agents.GetAgent", "--json"]);
    const grants = JSON.parse(out) as Grant[];
    const named = grants.filter(({ origin }) => origin === "specification");
    assert.deepEqual(named.map(({ who, identityHeader }) => [who, identityHeader]).sort(), [
      ["agents-orchestrator", "absent"],
      ["gateway", "present"],
    ]);
  });

  it("lists what a workload may use, in the mesh and over the overlay", async () => {
    const { out } = await runCommand(["what-can", "tracing"]);
    assert.match(out, /mesh \(specification\) Tracing alone .*\n {2}agents\.ResolveAgentIdentity\n/);
    assert.match(out, /overlay \(overlay policy\) .*\n {2}gateway\n/);
    const { out: rest } = await runCommand(["what-can", "ops/nobody", "--json"]);
    const layers = (JSON.parse(rest) as Grant[]).map(({ layer }) => layer);
    assert.deepEqual([...new Set(layers)], ["ingress"], "a pod of no list has the public hosts, like anyone");
  });
});
