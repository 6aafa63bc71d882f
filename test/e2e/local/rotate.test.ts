import assert from "node:assert/strict";
import { readStackConnection } from "../../../cli/rotate/stack-connection";
import { findByName } from "../support/controller-objects";
import { hasLanguagePlugin, hasRealEngines, LocalPlatform } from "../support/local-platform";
import { runInShell } from "../support/shell";

const stack = '--stack dev --config-file "$PULUMI_STACK_CONFIG"';

describe("agyn-net rotate with pulumi itself, on the local platform", function () {
  const local = new LocalPlatform();
  let exports = "";
  let written = "";

  before("needs pulumi-language-nodejs, pulumi-resource-kubernetes and ziti", async function () {
    if (!(await hasLanguagePlugin()) || !(await hasRealEngines())) this.skip();
    await local.succeed("up");
    // Once: it writes the configuration anew, which a rotation changes.
    exports = await local.succeed("env");
  });
  after(() => local.remove());

  async function shell(command: string): Promise<string> {
    const { code, output } = await runInShell(`${exports}\n${command}`);
    assert.equal(code, 0, output);
    return output;
  }

  async function rotate(kind: string): Promise<string> {
    const output = await shell(`node bin/agyn-net rotate ${stack} --kind ${kind} --yes`);
    written += output;
    return output;
  }
  const connection = async () =>
    readStackConnection(JSON.parse(await shell("pulumi stack export --show-secrets --stack dev")));

  async function managementIdentity(): Promise<{ readonly name: string; readonly certPem: string }> {
    const exported = JSON.parse(await shell("pulumi stack export --stack dev")) as {
      deployment: { resources: { type: string; outputs: { name: string; certPem: string } }[] };
    };
    const found = exported.deployment.resources.find(({ type }) => type === "openziti:index:EnrolledIdentity");
    assert.ok(found);
    return found.outputs;
  }

  async function administrator(output: string): Promise<string> {
    const name = /2\/4 (\S+) is registered/.exec(output)?.[1];
    assert.ok(name, output);
    const { controller } = await local.load();
    assert.equal((await findByName(controller, "identities", name)).length, 1);
    return name;
  }

  it("replaces the first administrator's password by a certificate", async () => {
    const output = await rotate("certificate");
    await administrator(output);
    assert.match(output, /4\/4 .* stays: it is the controller's first administrator/);
    assert.equal((await connection()).credential.kind, "certificate");
  });

  it("gives Ziti Management a new identity and certificate, and the controller knows the old one no more", async () => {
    const before = await managementIdentity();
    const { controller } = await local.load();
    assert.equal((await findByName(controller, "identities", before.name)).length, 1);
    await rotate("certificate");
    const after = await managementIdentity();
    assert.notEqual(after.name, before.name);
    assert.notEqual(after.certPem, before.certPem);
    assert.deepEqual(await findByName(controller, "identities", before.name), []);
    assert.equal((await findByName(controller, "identities", after.name)).length, 1);
  });

  it("leaves nothing to do for the next preview", async () => {
    await shell(`pulumi preview ${stack} --non-interactive --expect-no-changes`);
  });

  it("replaces a certificate it made, and the identity of the old one is gone", async () => {
    const { credential } = await connection();
    const before = (await local.load()).controller;
    const output = await rotate("certificate");
    const name = await administrator(output);
    const removed = /4\/4 (\S+) and its credential are removed/.exec(output)?.[1];
    assert.ok(removed && removed !== name, output);
    assert.deepEqual(await findByName(before, "identities", removed), []);
    assert.notDeepEqual((await connection()).credential, credential);
  });

  it("prints no key, no password and no token", async () => {
    const { credential } = await connection();
    assert.ok(credential.kind === "certificate");
    const secrets = credential.key.split("\n").filter((line) => line !== "" && !line.startsWith("---"));
    for (const secret of [...secrets, (await local.load()).controller.password]) assert.ok(!written.includes(secret));
    assert.doesNotMatch(written, /PRIVATE KEY|eyJ[\w-]+\.eyJ/);
  });

  it("keeps no note of it in the configuration", async () => {
    assert.doesNotMatch(await shell(`pulumi config ${stack}`), /agyn-rotation/);
  });
});
