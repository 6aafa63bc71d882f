import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { findOutsideMesh } from "../../access/outside-mesh";
import { settingsOf } from "../config/parsing";
import { projectRoot } from "../support/project-root";

const text = readFileSync(path.join(projectRoot, "docs/mesh.md"), "utf8");

interface Row {
  readonly line: string;
  readonly file: string;
  readonly title: string;
  readonly level: string;
}

const rows = [...text.matchAll(/^\| (M\d+) +\|[^|]*\| `([^`]+)` +\| `([^`]+)` +\| (\w+) +\|$/gm)].map(
  ([, line = "", file = "", title = "", level = ""]): Row => ({ line, file, title, level }),
);

function levelOf(file: string): string {
  if (file.startsWith("test/e2e/")) return "live";
  return file.startsWith("test/components/") ? "registrations" : "pure";
}

describe("the mesh's checklist", () => {
  it("has every line from M1 to M15", () => {
    const lines = Array.from({ length: 15 }, (_, index) => `M${index + 1}`);
    assert.deepEqual([...new Set(rows.map(({ line }) => line))], lines);
    assert.equal(rows.length, text.match(/^\| M\d+ /gm)?.length, "a row that cannot be read");
  });

  for (const { line, file, title, level } of rows) {
    it(`names for ${line} a test that exists: ${title}`, () => {
      const source = path.join(projectRoot, file);
      assert.ok(existsSync(source), file);
      const quoted = [`"${title}"`, `\`${title}\``];
      assert.ok(
        quoted.some((literal) => readFileSync(source, "utf8").includes(literal)),
        `${file} has no such title`,
      );
      assert.equal(level, levelOf(file));
    });
  }

  it("stands below the same list of what is outside of the mesh as the program publishes", () => {
    const flat = text.replace(/\s+/g, " ");
    for (const { what, because } of findOutsideMesh(settingsOf({}).namespaces))
      assert.ok(flat.includes(`**${what}.** ${because} Guarded by:`), what);
  });
});
