import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import type { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { stackFile } from "../../local/stack/project";
import { startTestDouble } from "../support/contract-double";
import { loadGuideBlocks, type GuideBlock } from "../support/guide-blocks";
import type { World } from "../support/installation/world";
import { projectRoot } from "../support/project-root";
import { ScratchClone } from "../support/scratch-clone";
import { completeInstallation, settingsFor } from "./support/installation";
import { hasEngines, hasLanguagePlugin, LocalPlatform } from "./support/local-platform";
import { runInShell } from "./support/shell";

// As a user goes through them: what is installed first is verified, changed, and removed last.
const order = [
  "install",
  "preflight",
  "verify",
  "review",
  "add-caller",
  "rotate",
  "air-gapped",
  "upgrade",
  "uninstall",
];
const pages = order.map((name) => `docs/guides/${name}.md`);

const blocks = loadGuideBlocks();
const placed = (place: GuideBlock["place"]) => blocks.filter((block) => block.place === place);

// The reader of a guide has a kubeconfig, as every user of a cluster: KUBECONFIG names it.
function withoutKubeconfig(file: string): string {
  const content = parse(readFileSync(file, "utf8")) as { config: Record<string, Record<string, unknown>> };
  delete content.config["agyn-networking:kubernetes"]?.kubeconfig;
  return stringify(content);
}

describe("the commands of the guides, on the local platform", () => {
  const local = new LocalPlatform();
  let controller: ControllerDouble | undefined;
  let clone: ScratchClone;
  let world: World | undefined;
  let environment: Readonly<Record<string, string | undefined>>;
  let exports = "";

  before("needs Pulumi, etcd, kube-apiserver and pulumi-language-nodejs", async function () {
    if (!(await hasEngines()) || !(await hasLanguagePlugin())) this.skip();
    controller = await startTestDouble();
    // Engines start, and nothing is installed yet; the stack of the guides has the settings of the local platform.
    await local.succeed("preview", "--simulated", ...settingsFor(controller));
    exports = await local.succeed("env");
    clone = new ScratchClone();
    writeFileSync(path.join(clone.folder, "Pulumi.live.yaml"), withoutKubeconfig(stackFile(local.folders)));
    const fixtures = { "ca.crt": "controller-ca.pem", "client.crt": "client.pem", "client.key": "client.key" };
    for (const [name, as] of Object.entries(fixtures)) {
      cpSync(path.join(projectRoot, "test/support/fixtures/tls", name), path.join(clone.folder, as));
    }
    writeFileSync(
      path.join(clone.folder, "database.txt"),
      "postgres://operator:kF9-wQ2x@postgres:5432/ziti_management",
    );
    environment = { ...process.env, ...clone.environment, PULUMI_SKIP_CONFIRMATIONS: "true" };
  });
  after(async () => {
    await world?.stop();
    await controller?.close();
    clone?.remove();
    await local.remove();
  });

  it("stand in pages that have their place in the order", () => {
    assert.deepEqual([...new Set(placed("pulumi").map(({ page }) => page))].sort(), [...pages].sort());
  });

  for (const { title, text, exit } of pages.flatMap((page) => placed("pulumi").filter((one) => one.page === page))) {
    it(`hold at ${title}`, async () => {
      const { code, output } = await runInShell(`${exports}\nset -e\n${text}`, environment, clone.folder);
      assert.equal(code, exit, output);
      if (world !== undefined || !text.includes("pulumi up")) return;
      const stack = path.join(clone.folder, "Pulumi.live.yaml");
      const completed = await completeInstallation(local, controller!, stack);
      world = completed.world;
      const { address, dns } = completed.vantage;
      environment = { ...environment, INGRESS: address, NAMESERVER: dns };
    });
  }

  for (const { title, reason } of placed("skip")) it(`are not run at ${title}: ${reason}`);
});

describe("the commands of the guides, in a clone alone", () => {
  let clone: ScratchClone;

  before(() => (clone = new ScratchClone()));
  after(() => clone.remove());

  for (const { title, text, exit } of placed("offline")) {
    it(`hold at ${title}`, async () => {
      const { code, output } = await runInShell(
        `set -e\n${text}`,
        { ...process.env, ...clone.environment },
        clone.folder,
      );
      assert.equal(code, exit, output);
    });
  }
});

describe("the walk of the README, on the local platform", () => {
  const local = new LocalPlatform();
  let clone: ScratchClone;

  before("needs Pulumi, etcd and kube-apiserver", async function () {
    if (!(await hasEngines())) this.skip();
    clone = new ScratchClone();
  });
  after(async () => {
    clone?.remove();
    await local.remove();
  });

  for (const { title, text, exit } of placed("platform")) {
    it(`holds at ${title}`, async () => {
      const environment = { ...process.env, ...clone.environment, ...local.environment };
      const { code, output } = await runInShell(`set -e\n${text}`, environment, clone.folder);
      assert.equal(code, exit, output);
    });
  }
});
