import assert from "node:assert/strict";
import { missingConsent } from "../../cli/rotate/consent";
import { createKey, createRequest } from "../../cli/rotate/credential";
import { parseJournal } from "../../cli/rotate/journal";
import { readStackConnection } from "../../cli/rotate/stack-connection";
import { LocalError } from "../../local/local-error";
import type { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { startTestDouble, toContractTarget } from "../support/contract-double";
import { describeRotation } from "../support/rotation-cases";
import { RotationScene } from "../support/rotation-scene";
import { runCommand } from "./run-command";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { runPulumi } from "../../cli/shared/pulumi-command";

const sealed = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});

function exported(inputs: object | undefined): unknown {
  const resources = [
    { type: "pulumi:pulumi:Stack" },
    ...(inputs ? [{ type: "pulumi:providers:openziti", inputs }] : []),
  ];
  return { version: 3, deployment: { resources } };
}

describe("a rotation, against the double", () => {
  let double: ControllerDouble;
  before(async () => {
    double = await startTestDouble({ record: false });
  });
  after(() => double.close());

  describeRotation(() => toContractTarget(double));

  it("touches nothing when the credential in use is refused and the new one is not registered", async () => {
    const scene = await RotationScene.start(toContractTarget(double));
    scene.journal = JSON.stringify({
      name: "gone",
      next: { kind: "password", username: "gone", password: "gone-gone" },
    });
    scene.applied = { kind: "password", username: "nobody", password: "not this one" };
    await assert.rejects(scene.rotate(), LocalError);
    assert.deepEqual(scene.config, {});
  });

  it("removes nothing when the stack did not change over", async () => {
    const scene = await RotationScene.start(toContractTarget(double));
    const old = scene.applied;
    scene.up = () => Promise.resolve();
    await assert.rejects(scene.rotate(), /still uses the old credential/);
    assert.equal(await scene.logsIn(old), true);
    assert.equal(await scene.logsIn(scene.configured()), true);
  });
});

describe("the connection of a stack to rotate", () => {
  const portForward = { namespace: "ziti", service: "ziti-controller-mgmt", port: 1281 };
  const inputs = { url: "https://ziti:1281", ca: "ca", stack: "dev", portForward: sealed(portForward) };

  it("comes out of the state, secrets and port-forward included", () => {
    const given = { ...inputs, username: "admin", password: sealed("generated") };
    const { cluster, credential, stack } = readStackConnection(exported(given));
    assert.deepEqual(credential, { kind: "password", username: "admin", password: "generated" });
    assert.equal(stack, "dev");
    assert.deepEqual(JSON.parse(JSON.stringify(cluster)), {
      urls: ["https://ziti:1281"],
      ca: "ca",
      portForwards: [portForward],
    });
  });

  it("tells a certificate from a password", () => {
    const { credential } = readStackConnection(exported({ ...inputs, cert: "chain", key: sealed("key") }));
    assert.deepEqual(credential, { kind: "certificate", cert: "chain", key: "key" });
  });

  it("is missing before the first up, with the command that helps", () => {
    assert.throws(() => readStackConnection(exported(undefined)), /Run pulumi up first/);
  });
});

describe("the notes of a rotation", () => {
  it("are refused without being quoted when they cannot be read", () => {
    for (const text of ["{secret", '"secret"', '{"name":"secret"}']) {
      assert.throws(
        () => parseJournal(text),
        (error: Error) =>
          error instanceof LocalError && !error.message.includes('secret"') && /config rm/.test(error.message),
      );
    }
  });
});

describe("a new key", () => {
  it("signs a request under the name of its identity", async () => {
    const request = await createRequest(await createKey(), "agyn-networking-prod");
    assert.match(request, /^-----BEGIN CERTIFICATE REQUEST-----/);
  });
});

describe("the consent to a rotation", () => {
  const isAsked = (yes: boolean, isTerminal: boolean, environment = {}) =>
    missingConsent({ yes, isTerminal, environment }) !== undefined;

  it("is missing where Pulumi would have to ask and could not", () => {
    assert.equal(isAsked(false, false), true);
    assert.equal(isAsked(false, false, { PULUMI_SKIP_CONFIRMATIONS: "false" }), true);
    for (const given of [isAsked(true, false), isAsked(false, true)]) assert.equal(given, false);
    assert.equal(isAsked(false, false, { PULUMI_SKIP_CONFIRMATIONS: "true" }), false);
  });
});

describe("pulumi, as a rotation runs it", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "agyn-pulumi-"));
  const log = path.join(folder, "started");
  const before = process.env.PATH;
  const withoutConsent = process.env.PULUMI_SKIP_CONFIRMATIONS;
  beforeEach(() => {
    writeFileSync(path.join(folder, "pulumi"), `#!/bin/sh\necho "$@" >> ${log}\necho no >&2\nexit 255\n`);
    chmodSync(path.join(folder, "pulumi"), 0o755);
    process.env.PATH = `${folder}${path.delimiter}${before}`;
    delete process.env.PULUMI_SKIP_CONFIRMATIONS;
  });
  afterEach(() => {
    process.env.PATH = before;
    if (withoutConsent !== undefined) process.env.PULUMI_SKIP_CONFIRMATIONS = withoutConsent;
  });
  after(() => rmSync(folder, { recursive: true }));

  it("is not started at all without --yes and without a terminal", async () => {
    const { code, errors } = await runCommand(["rotate", "--stack", "prod"]);
    assert.equal(code, 1);
    assert.match(errors, /there is no terminal to ask at\. Nothing was changed\. Give --yes/);
    assert.equal(existsSync(log), false);
  }).timeout(60_000);

  it("is named in a failure by the command that was run, every word of it", async () => {
    const args = ["up", "--stack", "prod", "--config-file", "my files/prod.yaml", "--yes"];
    await assert.rejects(runPulumi(args, { show: false }), {
      message: "pulumi up --stack prod --config-file 'my files/prod.yaml' --yes failed (exit code 255). no",
    });
  });

  it("is named without the content of a file", async () => {
    await assert.rejects(runPulumi(["config", "set", "key", "-----BEGIN X-----\nAAAA\n"], { show: false }), {
      message: "pulumi config set key '-----BEGIN X-----…' failed (exit code 255). no",
    });
  });
});
