import assert from "node:assert/strict";
import { blocksOf, loadGuideBlocks } from "./guide-blocks";

describe("the guides", () => {
  const blocks = loadGuideBlocks();

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
});
