import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { findOutsideMesh } from "../../access/answers/outside-mesh";
import { settingsOf } from "../config/parsing";
import { describeChecklist, numbered } from "../support/checklist";
import { projectRoot } from "../support/project-root";

const text = readFileSync(path.join(projectRoot, "docs/mesh.md"), "utf8");

describe("the mesh's checklist", () => {
  describeChecklist("docs/mesh.md", numbered("M", 15));

  it("stands below the same list of what is outside of the mesh as the program publishes", () => {
    const flat = text.replace(/\s+/g, " ");
    for (const { what, because } of findOutsideMesh(settingsOf({}).namespaces))
      assert.ok(flat.includes(`**${what}.** ${because} Guarded by:`), what);
  });
});
