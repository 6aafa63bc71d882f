import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

describe("the test reporter", () => {
  const close = (...options: string[]) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "reporter-"));
    const spec = path.join(folder, "sample.js");
    fs.writeFileSync(spec, `it("passes", () => {}); it.skip("waits for an engine", () => {});`);
    const mocha = require.resolve("mocha/bin/mocha.js");
    const args = [mocha, "--no-config", "--reporter", path.join(__dirname, "reporter.js"), ...options, spec];
    const lines = execFileSync(process.execPath, args, { encoding: "utf8" }).trimEnd().split("\n");
    fs.rmSync(folder, { recursive: true });
    return lines.slice(-2);
  };
  const closing = ["skipped: waits for an engine", "1 passed, 0 failed, 1 skipped"];

  it("closes with the counts and names what was skipped", () => assert.deepEqual(close(), closing));

  it("does so for tests that ran side by side", () => {
    assert.deepEqual(close("--parallel", "--jobs", "2"), closing);
  });
});
