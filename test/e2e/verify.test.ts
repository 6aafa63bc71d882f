import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as path from "node:path";
import type { Finding } from "../../cli/verify/finding";
import type { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { stackFile } from "../../local/stack/project";
import { startTestDouble } from "../support/contract-double";
import { assertFound } from "../support/installation/fault";
import { faults } from "../support/installation/faults";
import type { World } from "../support/installation/world";
import { projectRoot } from "../support/project-root";
import { completeInstallation, settingsFor } from "./support/installation";
import { endOf, hasEngines, LocalPlatform } from "./support/local-platform";

describe("the verification of the local platform", () => {
  const local = new LocalPlatform();
  let controller: ControllerDouble;
  let world: World;
  let vantage: { dns: string; address: string };
  let found = 0;

  // As a user runs it: the stack's file, the cluster's kubeconfig, and from where names and ingress are looked at.
  const verify = async () => {
    const { kubeconfig } = local.folders;
    const args = ["verify", "--stack", stackFile(local.folders), "--kubeconfig", kubeconfig, "--json"];
    const where = ["--dns", vantage.dns, "--address", vantage.address];
    const command = path.join(projectRoot, "bin", "agyn-net");
    const ended = await endOf(
      spawn(process.execPath, [command, ...args, ...where], { stdio: ["ignore", "pipe", "pipe"] }),
    );
    const findings = JSON.parse(ended.output) as Finding[];
    return { code: ended.code, findings, notPassed: findings.filter(({ verdict }) => verdict !== "pass") };
  };

  before("needs Pulumi, etcd and kube-apiserver", async function () {
    if (!(await hasEngines())) this.skip();
    controller = await startTestDouble();
    await local.succeed("up", "--simulated", ...settingsFor(controller));
    ({ world, vantage } = await completeInstallation(local, controller, stackFile(local.folders)));
  });
  afterEach(() => world?.heal());
  after(async () => {
    await world?.stop();
    await controller?.close();
    await local.remove();
    console.log(`      found ${found} of ${faults.length} injected faults`);
  });

  it("passes everything when nothing is wrong", async () => {
    const { code, findings, notPassed } = await verify();
    assert.deepEqual(notPassed, []);
    assert.equal(code, 0);
    assert.ok(findings.length > 50, `${findings.length} lines`);
  });

  for (const fault of faults) {
    it(`finds ${fault.title}, and nothing else`, async () => {
      await fault.inject(world);
      assertFound(fault, (await verify()).findings);
      found += 1;
    });
  }

  it("passes everything again once every fault is healed", async () => {
    assert.deepEqual((await verify()).notPassed, []);
  });
});
