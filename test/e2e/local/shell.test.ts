import assert from "node:assert/strict";
import { hasLanguagePlugin, hasRealEngines, LocalPlatform } from "../support/local-platform";
import { runInShell } from "../support/shell";

const stack = '--stack dev --config-file "$PULUMI_STACK_CONFIG" --non-interactive';

describe("plain pulumi in a shell, on the local platform", function () {
  const local = new LocalPlatform();
  let committed = "";

  before("needs pulumi-language-nodejs, pulumi-resource-kubernetes and ziti", async function () {
    if (!(await hasLanguagePlugin()) || !(await hasRealEngines())) this.skip();
    committed = (await runInShell("git status --porcelain")).output;
    await local.succeed("preview");
  });
  after(() => local.remove());

  async function pulumi(command: string): Promise<string> {
    const exports = await local.succeed("env");
    const { code, output } = await runInShell(`${exports}\npulumi ${command} ${stack}`);
    assert.equal(code, 0, output);
    return output;
  }

  it("previews everything as new", async () => {
    assert.match(await pulumi("preview"), /\+ \d+ to create/);
  });

  it("installs with up", async () => {
    assert.match(await pulumi("up --yes --skip-preview"), /\+ \d+ created/);
  });

  it("finds nothing changed with refresh", async () => {
    const output = await pulumi("refresh --yes --skip-preview");
    assert.match(output, /\d+ unchanged/);
    assert.doesNotMatch(output, /\d+ (updated|deleted|created)/);
  });

  it("expects no changes, and there are none", async () => {
    assert.match(await pulumi("preview --expect-no-changes"), /\d+ unchanged/);
  });

  it("shares the stack with the local platform's own commands", async () => {
    assert.match(await local.succeed("up"), /up: 0 changed/);
  });

  it("removes everything with destroy", async () => {
    assert.match(await pulumi("destroy --yes --skip-preview"), /- \d+ deleted/);
    assert.match(await local.succeed("destroy"), /nothing of ours is left/);
  });

  it("changes no committed file", async () => {
    assert.equal((await runInShell("git status --porcelain")).output, committed);
  });
});
