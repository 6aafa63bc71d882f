import * as path from "node:path";
import { buildProgram, hasGo } from "../../support/platform-standin/program";
import { describePlatformCases } from "../cluster/platform-cases";
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

  describePlatformCases(() => report);
});
