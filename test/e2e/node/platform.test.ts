import assert from "node:assert/strict";
import * as path from "node:path";
import { buildProgram, hasGo } from "../../support/platform-standin/program";
import { groundOf } from "./ground";
import type { PlatformReport } from "./platform-main";
import { programPath } from "./standin-platform";
import { TestNode, missingForTestNode } from "./test-node";

const image = "agyn.test/platform-standin:test";

describe("the stand-in platform on a real node", () => {
  const node = new TestNode();
  let started = false;
  let report: PlatformReport | undefined;

  before("needs root, Debian's runtime, the engines of a node and a Go client", async function () {
    if ((await missingForTestNode()).length > 0 || !(await hasGo())) this.skip();
    started = true;
    await node.succeed("up");
    const ground = groundOf(node.folders);
    const program = { path: programPath, kind: "file", from: await buildProgram() } as const;
    await ground.provide({ names: [image], entries: [program], entrypoint: [programPath] });
    const output = await ground.run([process.execPath, path.join(__dirname, "platform-main.js"), image]);
    report = JSON.parse(output) as PlatformReport;
  });

  after(async () => {
    if (report !== undefined) console.log(`${report.closed.table.replace(/^/gm, "      ")}\n      ${report.pods} pods`);
    if (started) await node.remove();
  });

  const told = (): PlatformReport => {
    assert.ok(report);
    return report;
  };

  it("answers whatever its pods ask for while there is no policy", () => {
    const { disagreements, arrived, sent, denied } = told().open;
    assert.deepEqual(disagreements.slice(0, 20), []);
    // Names of workloads without a Service are the only ones that nothing answers for.
    assert.ok(denied > 0 && denied < 10, String(denied));
    assert.equal(arrived + denied, sent);
  });

  it("lets arrive and denies exactly what explain says, with every network policy enforced", () => {
    const { disagreements, arrived, denied, sent, table } = told().closed;
    assert.deepEqual(disagreements.slice(0, 20), []);
    assert.ok(sent > 1_000 && arrived > 300 && denied > 300, table);
  });

  it("notices policies that open a store to everyone", () => {
    const { disagreements, table } = told().leak;
    assert.ok(disagreements.length > 5, table);
    for (const title of disagreements) assert.match(title, /-> postgres .* does not arrive by network policies/);
  });
});
