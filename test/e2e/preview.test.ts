import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ScratchClone } from "../support/scratch-clone";
import { runInShell } from "./support/shell";

describe("agyn-net preview of a program that somebody broke", () => {
  let clone: ScratchClone | undefined;
  after(() => clone?.remove());

  it("names a field that no schema knows, with the object, and writes nothing", async () => {
    clone = new ScratchClone();
    const renderer = path.join(clone.folder, "access/render/peer-authentication.ts");
    const text = readFileSync(renderer, "utf8");
    writeFileSync(renderer, text.replace("mtls:", "mtsl:"));
    assert.notEqual(readFileSync(renderer, "utf8"), text);
    const main = path.join(clone.folder, "bin/agyn-net");
    const command = `"${process.execPath}" "${main}" preview --out made`;
    const { code, output } = await runInShell(command, process.env, clone.folder);
    assert.equal(code, 1);
    assert.match(output, /PeerAuthentication mesh-\S+: spec\.mtsl is no field there; did you mean mtls\?/);
    assert.equal(existsSync(path.join(clone.folder, "made")), false);
  });
});
