import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { findStaleFiles } from "../../scripts/generate";
import type { Generator } from "../../scripts/generator";

const generator: Generator = {
  name: "sample",
  files: () =>
    Promise.resolve(
      new Map([
        ["current.md", "1"],
        ["edited.md", "2"],
        ["missing.md", "3"],
      ]),
    ),
};

describe("generated files", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "agyn-generate-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("are stale when they are missing or differ", async () => {
    writeFileSync(path.join(folder, "current.md"), "1");
    writeFileSync(path.join(folder, "edited.md"), "2 by hand");
    const stale = await findStaleFiles([generator], folder);
    assert.deepEqual(
      [...stale],
      [
        ["edited.md", "2"],
        ["missing.md", "3"],
      ],
    );
  });
});
