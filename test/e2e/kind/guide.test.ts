import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { randomUUID } from "node:crypto";
import { catalog, stackEngines } from "../../../local/engines/catalog";
import { tryFindEngine } from "../../../local/engines/find";
import { chartOverrides } from "../../../local/kind/charts";
import { kindFolders } from "../../../local/kind/folders";
import { missingFiles } from "../../../local/node/images/provide";
import { imageRecipes } from "../../../local/node/images/recipes";
import { loadGuideBlocks } from "../../support/guide-blocks";
import { ScratchClone } from "../../support/scratch-clone";
import { missingForTestNode } from "../node/test-node";
import { runInShell } from "../support/shell";
import { StandinTools } from "./standin-tools";
import { loadWorkflow, repeated } from "../../support/workflow";

const page = "docs/guides/kind.md";
const needs =
  "needs a node, Pulumi with its plugins, every chart (AGYN_CHARTS) and every program of the images (AGYN_IMAGES)";

async function missing(): Promise<readonly string[]> {
  const engines = await Promise.all(
    stackEngines.map(async (name) =>
      (await tryFindEngine(catalog[name], process.env, () => undefined)) ? [] : [name],
    ),
  );
  const images = process.env.AGYN_IMAGES
    ? imageRecipes().flatMap((recipe) => missingFiles(recipe, process.env))
    : ["images"];
  const charts = chartOverrides(process.env).length === 3 ? [] : ["charts"];
  return [...(await missingForTestNode()), ...engines.flat(), ...charts, ...images];
}

// A stand-in for kind hands out the project's own node; everything else is what a reader of the guide has.
describe("the guide of kind, on a stand-in for kind that hands out a node of this project", function () {
  this.timeout(3_600_000);
  const tools = new StandinTools();
  const state = path.join(os.tmpdir(), `agyn-kind-${randomUUID()}`);
  const shims = mkdtempSync(path.join(os.tmpdir(), "agyn-shims-"));
  let clone: ScratchClone | undefined;

  before(needs, async function () {
    if ((await missing()).length > 0) this.skip();
    clone = new ScratchClone();
    const kubectl = await tryFindEngine(catalog.kubectl, process.env, () => undefined);
    symlinkSync(kubectl?.path ?? "", path.join(shims, "kubectl"));
  });
  after(async () => {
    clone?.remove();
    await tools.remove();
    for (const folder of [state, shims]) rmSync(folder, { recursive: true, force: true });
  });

  async function run(text: string): Promise<string> {
    assert.ok(clone);
    const own: NodeJS.ProcessEnv = { ...tools.environment(), ...clone.environment, AGYN_LOCAL_STATE: state };
    const environment = { ...own, PATH: `${own.PATH}:${shims}` };
    const { code, output } = await runInShell(`set -e\n${text}`, environment, clone.folder);
    assert.equal(code, 0, output);
    return output;
  }

  const expected: readonly (readonly [word: string, output: RegExp])[] = [
    [
      "preview",
      /Ground: kind \(kind 0\.0\.0-stand-in[^]*preview: \d+ created[^]*up: \d+ created in .*run against the real/,
    ],
    ["curl", /istiod[^]*\n503\n/],
    ["e2e:cluster", /nothing of the run is left/],
    ["destroy", /nothing of ours is left[^]*removed the cluster agyn of kind/],
  ];

  loadGuideBlocks()
    .filter((block) => block.page === page && block.place === "kind")
    .forEach(({ title, text }, index) => {
      it(`holds at ${title}`, async () => {
        const output = await run(text);
        const [, wanted] = expected.find(([word]) => text.includes(word)) ?? [];
        assert.ok(wanted, `nothing is expected of ${text}`);
        assert.match(output, wanted);
      });
      if (index > 0) return;
      for (const step of loadWorkflow("kind.yml", "cluster").filter(({ name }) => name === repeated)) {
        it(`holds at the step "${repeated}" of the workflow`, async () => void (await run(step.run)));
      }
    });

  it("leaves no cluster and no state of one", () => {
    assert.deepEqual(tools.clusters(), []);
    assert.equal(existsSync(kindFolders(state).root), false);
  });
});
