import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as path from "node:path";
import { projectRoot } from "../support/project-root";

describe("what a command prints", function () {
  this.timeout(90_000);

  it("may be read in part: a reader that goes does not end the command", async () => {
    const main = path.join(projectRoot, "dist", "cli", "main.js");
    const child = spawn(process.execPath, [main, "what-can", "gateway", "--stack", "dev"], { cwd: projectRoot });
    child.stdout.destroy();
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    const code = await new Promise((resolve) => child.on("close", resolve));
    assert.deepEqual({ code, errors }, { code: 0, errors: "" });
  });
});
