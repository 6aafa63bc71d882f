import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { configurationError, loadSettings, toSecretOutput } from "../../config/load";
import { loadModel } from "../../config/model";
import { Secret } from "../../config/settings";
import { production, settingsOf, toRaw, type ByPath } from "./parsing";

async function useStack(values: ByPath, secretKeys: readonly string[]): Promise<void> {
  const mocks: pulumi.runtime.Mocks = {
    newResource: () => assert.fail("configuration registers no resource"),
    call: () => assert.fail("configuration calls no provider"),
  };
  await pulumi.runtime.setMocks(mocks, "agyn-networking", "prod", true);
  pulumi.runtime.setAllConfig(
    toRaw(values),
    secretKeys.map((key) => `agyn-networking:${key}`),
  );
}

describe("loading settings from Pulumi", () => {
  afterEach(() => pulumi.runtime.setAllConfig({}));

  it("gives the settings of the current stack", async () => {
    await useStack(production, ["controller", "zitiManagement"]);
    assert.equal(loadSettings().domain, "agents.acme-robotics.io");
  });

  it("throws one error that Pulumi prints without a stack trace, naming the stack and every problem", async () => {
    await useStack({ ...production, "ingress.port": 0, "overlay.zone": "dev" }, ["controller", "zitiManagement"]);
    assert.throws(loadSettings, (error: Error) => {
      assert.ok(pulumi.RunError.isInstance(error));
      assert.match(error.message, /^2 configuration problems in stack 'prod'/);
      assert.match(error.message, /ingress\.port[\s\S]*overlay\.zone/);
      return true;
    });
  });

  it("asks Pulumi whether a secret is encrypted", async () => {
    await useStack(production, ["ingress"]);
    assert.throws(loadSettings, /controller\.key {2}is in plain text/);
  });

  it("leaves room for errors that other checks find", () => {
    const problem = { key: "k", received: "r", reason: "is wrong", allowed: "a", fix: ["f"] };
    const error = configurationError([problem], { project: "agyn-networking", stack: "dev" });
    assert.match(error.message, /^1 configuration problem in stack 'dev'.*\n\n {2}k {2}is wrong\n.*r\n.*a\n.*f$/);
  });

  it("hands secrets on as secret outputs", async () => {
    const output = toSecretOutput(new Secret("clear"));
    assert.equal(await pulumi.isSecret(output), true);
  });

  it("gives the access model of the installation", () => {
    const settings = settingsOf({ domain: "lab.acme.io" });
    assert.equal(loadModel(settings).options.domain, "lab.acme.io");
  });
});
