import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import type { PlatformReport } from "../node/platform-main";
import { GivenCluster, givenVariable, tryReadGiven } from "./given-cluster";
import { describePlatformCases } from "./platform-cases";
import { describePodCases } from "./pod-cases";
import { describePolicyCases } from "./policy-cases";
import { SmallWorld } from "./small-world";

const how = "needs a cluster that is given: npm run e2e:cluster -- --context <name>";

// The cases are those of the real node. What they leave is removed by the command that starts them.
describe("a cluster that is given", () => {
  const given = tryReadGiven(process.env);
  const none = { kubeconfig: "", context: "", prefix: "", kubectl: "", loadBalancer: false };
  const cluster = new GivenCluster(given ?? none);
  const world = new SmallWorld(cluster);

  before(how, function () {
    if (given === undefined) this.skip();
  });

  describe("with small pods", () => {
    before(() => world.create());
    describePodCases(cluster, () => world);
  });

  describe("with network policies", () => describePolicyCases(cluster));

  describe("with the stand-in platform", () => {
    let report: PlatformReport | undefined;

    before("needs --image and a cluster that enforces network policies", async function () {
      if (given?.image === undefined || (await cluster.lacks("network policies")) !== undefined) return this.skip();
      const { kubeconfig, image } = given;
      const env = { ...process.env, KUBECONFIG: kubeconfig, [givenVariable]: JSON.stringify(given) };
      const args = [path.join(__dirname, "..", "node", "platform-main.js"), image];
      const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 1 << 26 });
      report = JSON.parse(stdout) as PlatformReport;
    });
    after(() => {
      if (report !== undefined) console.log(report.closed.table.replace(/^/gm, "      "));
    });

    describePlatformCases(() => report);
  });
});
