import assert from "node:assert/strict";
import type { CommandResult } from "../e2e/support/local-platform";
import { runInShell } from "../e2e/support/shell";
import { blocksOf, loadGuideBlocks } from "../support/guide-blocks";
import { ScratchClone } from "../support/scratch-clone";

describe("the guides", function () {
  // Each block starts processes: a loaded machine takes its time.
  this.timeout(180_000);

  const blocks = loadGuideBlocks();
  const offline = blocks.filter(({ place }) => place === "offline");
  let clone: ScratchClone;
  let runs: ReadonlyMap<string, Promise<CommandResult>>;

  before(() => {
    clone = new ScratchClone();
    const environment = { ...process.env, ...clone.environment, PATH: `${clone.shims()}:${process.env.PATH}` };
    runs = new Map(offline.map(({ title, text }) => [title, runInShell(`set -e\n${text}`, environment, clone.folder)]));
  });
  after(() => clone.remove());

  it("say of each block of commands where it is tested, or why it is not", () => {
    const unmarked = blocks.filter(
      ({ place, reason }) => place === undefined || (place === "skip") !== Boolean(reason),
    );
    assert.deepEqual(
      unmarked.map(({ title }) => title),
      [],
    );
  });

  it("are read as they are written: place, exit code and reason", () => {
    const page =
      "# A\n\n<!-- test: pulumi exit 2 -->\n\n```sh\nls\n```\n\n<!-- test: skip: too loud -->\n```sh\nbeep\n```\n\n```sh\nx\n```\n";
    assert.deepEqual(
      blocksOf("a.md", page).map(({ title, text, place, exit, reason }) => [title, text, place, exit, reason]),
      [
        ["a.md:5", "ls\n", "pulumi", 2, undefined],
        ["a.md:10", "beep\n", "skip", 0, "too loud"],
        ["a.md:14", "x\n", undefined, 0, undefined],
      ],
    );
  });

  for (const { title, exit } of offline) {
    it(`hold at ${title}`, async () => {
      const ended = await runs.get(title);
      assert.equal(ended?.code, exit, ended?.output);
    });
  }
});
