import assert from "node:assert/strict";
import * as path from "node:path";
import { loadStack } from "../../../cli/shared/offline/stack";
import type { Finding } from "../../../cli/verify/finding";
import { readImageVersions } from "../../../local/node/charts";
import { addresses } from "../../../local/node/addresses";
import { stackFile } from "../../../local/stack/project";
import { buildProgram, hasGo } from "../../support/platform-standin/program";
import { versions } from "../../../versions";
import { groundOf } from "./ground";
import type { InstalledReport, InstalledStack } from "./installed-main";
import { allowSidecars, missingForStack, provideZiti, publishNames, zitiImage } from "./stack-ground";
import { programPath } from "./standin-platform";
import { TestNode } from "./test-node";

const image = "agyn.test/platform-standin:test";
const settings = ["networkPolicies.enabled=true", "networkPolicies.probe=true"];
/** What a bootstrap stack brings of the platform's workloads. */
const present = ["ziti-management", "ziti-management-db", "istio-ingressgateway"];

// An istiod that this machine built may be older than the release that the program installs, and `verify` says so.
function isOfGround({ check, subject }: Finding): boolean {
  return check === "istiod" && subject.startsWith("istiod ") && readImageVersions(process.env).istio !== versions.istio;
}

/** Milliseconds for one whole installation, fifty sidecars, and every request, on two processors that others use too. */
const limit = 45 * 60_000;

describe("the stand-in platform on the installed stack", function () {
  this.timeout(limit);
  const node = new TestNode();
  let restore = (): void => undefined;
  let started = false;
  let report: InstalledReport | undefined;

  before(
    "needs root, the engines of a node and a stack, every chart (AGYN_CHARTS) and program (AGYN_IMAGES)",
    async function () {
      if (!(await hasGo()) || (await missingForStack()).length > 0) this.skip();
      restore = allowSidecars();
      started = true;
      await node.operate("up", ...settings.flatMap((setting) => ["--set", setting]));
      const stack = stackFile(node.folders);
      publishNames(loadStack(stack).model, node.folders, `${addresses.loadBalancers}1`);
      const ground = groundOf(node.folders);
      const program = { path: programPath, kind: "file", from: await buildProgram() } as const;
      await ground.provide({ names: [image], entries: [program], entrypoint: [programPath] });
      await provideZiti(node.folders);
      const [tunneler = ""] = zitiImage.names;
      const given: InstalledStack = {
        stack,
        image,
        tunneler,
        present,
        ingress: await gateway(),
        dns: addresses.outside,
      };
      const main = path.join(__dirname, "installed-main.js");
      report = JSON.parse(await ground.run([process.execPath, main, JSON.stringify(given)])) as InstalledReport;
    },
  );

  after(async () => {
    if (report !== undefined) {
      const count = (verdict: Finding["verdict"]) => report?.findings.filter((one) => one.verdict === verdict).length;
      const verified = `verify: ${count("pass")} passed, ${count("fail")} failed, ${count("unknown")} unknown`;
      console.log(`${report.judged.table.replace(/^/gm, "      ")}\n      ${report.pods} pods; ${verified}`);
    }
    if (started) await node.remove();
    restore();
  });

  async function gateway(): Promise<string> {
    const where = ["service", "istio-ingressgateway", "--namespace", "istio-gateway"];
    const { spec } = await node.read<{ spec: { clusterIP: string } }>(...where);
    return `${spec.clusterIP}:443`;
  }

  const told = (): InstalledReport => {
    assert.ok(report);
    return report;
  };

  it("lets arrive and denies exactly what explain says, over every layer", () => {
    const { disagreements, arrived, denied, table } = told().judged;
    assert.deepEqual(disagreements.slice(0, 20), []);
    assert.ok(arrived > 450 && denied > 850, table);
  });

  it("sends every request that is drawn", () => {
    const { drawn, sent, table } = told().judged;
    assert.equal(sent, drawn, table);
  });

  it("satisfies verify to its last line", () => {
    const { findings } = told();
    const departures = findings.filter((one) => one.verdict !== "pass" && !isOfGround(one));
    assert.deepEqual(departures, []);
    const hosted = findings.filter(({ check, verdict }) => check === "terminators" && verdict === "pass");
    assert.ok(hosted.length >= 3 && findings.length > 150, JSON.stringify(findings, undefined, 1));
  });
});
