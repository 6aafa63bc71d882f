import { strict as assert } from "node:assert";
import { rpcs } from "../../../access/platform/rpcs";
import { html, jsonForScript } from "../../../cli/report/html";
import { loadStack } from "../../../cli/shared/offline/stack";
import { renderPage } from "../../../cli/report/page";
import { toReport } from "../../../cli/report/to-report";

const { model, settings } = loadStack("dev");
const report = toReport(model, settings, "dev", undefined);
const page = (changes?: readonly string[]) =>
  renderPage(toReport(model, settings, "dev", changes), { style: "", script: "" });

describe("the report", () => {
  it("has a row per RPC with the callers that the model permits", () => {
    assert.equal(report.rpcs.length, rpcs.length);
    const row = report.rpcs.find(({ method }) => method === "ResolveAgentIdentity");
    assert.equal(row?.reach, "internal");
    assert.ok(row?.callers.some(({ name }) => name === "tracing"));
  });

  it("says of a closed RPC that nobody calls it, and of an overlay RPC that the mesh does not carry it", () => {
    for (const { reach, callers } of report.rpcs) {
      assert.equal(callers.length === 0, reach === "closed" || reach === "overlay");
    }
  });

  it("tells the two views of one RPC apart", () => {
    const row = report.rpcs.find(({ service, method }) => service === "agents" && method === "GetAgent");
    const conditions = row?.callers.map(({ condition }) => condition);
    assert.ok(conditions?.includes("with x-identity-id") && conditions.includes("without x-identity-id"));
  });

  it("draws every call of the mesh and every policy of the overlay once", () => {
    const edgesOf = (id: string) => report.layers.find((layer) => layer.id === id)?.edges ?? [];
    const pairs = edgesOf("mesh").map(({ from, to }) => `${from} ${to}`);
    assert.equal(new Set(pairs).size, pairs.length);
    const policies = new Set(edgesOf("overlay").map(({ label }) => label.replace(/.*\((.*)\)/, "$1")));
    assert.deepEqual([...policies].sort(), model.overlay.policies.map(({ name }) => name).sort());
  });

  it("lists changes only when asked to compare", () => {
    assert.doesNotMatch(page(), /id="changes"/);
    assert.match(page([]), /Nothing that anybody may reach is different/);
    assert.match(page(["runners opens <to> chat"]), /runners opens &lt;to&gt; chat/);
  });

  it("loads nothing from elsewhere", () => {
    assert.doesNotMatch(page(), /(src|href)="(https?:)?\/\//);
  });

  it("lets no text end its own element", () => {
    assert.equal(html`<b title="${'"x"'}">${"<i>&'"}</b>`.text, '<b title="&quot;x&quot;">&lt;i&gt;&amp;&#39;</b>');
    assert.equal(jsonForScript({ a: "</script>" }).text, '{"a":"\\u003c/script>"}');
  });
});
