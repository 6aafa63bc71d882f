import { Config } from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  type ControllerFront,
  type Disturbance,
  type Passed,
  startControllerFront,
} from "../../support/controller-front";
import { RotationScene } from "../../support/rotation-scene";
import { descendantsOf } from "../support/descendants";
import { PulumiSandbox } from "../support/pulumi-sandbox";
import { storedFiles } from "../support/stored-files";
import { controllers, type Restartable } from "./controllers";
import { registerSecrets } from "./secret-program";

/** The loudest level at which Pulumi itself keeps secrets out of its log. */
const discreet = 2;
const loudest = 9;
/** What Pulumi writes down above that level: its SDK the outputs of resources, and at level 9 its engine every property. */
const pulumisOwn = /arshaling property for RPC|RegisterResource RPC finished/;

const full = { error: { code: "UNHANDLED", message: "no space left on device" } };

const crashes: readonly { readonly title: string; readonly disturbance: Disturbance; readonly says: RegExp }[] = [
  {
    title: "whose provider dies",
    disturbance: { first: killProvider },
    says: /error reading from server|transport is closing|connection refused/,
  },
  {
    title: "whose controller fails",
    disturbance: { answer: { status: 500, json: full } },
    says: /500 UNHANDLED \(no space left on device\)/,
  },
];

for (const [what, start] of controllers) {
  describe(`the secrets of a stack on ${what}`, () => {
    let sandbox: PulumiSandbox | undefined;
    let controller: Restartable | undefined;
    let front: ControllerFront;
    let stack: Stack;
    let isBroken = false;
    let administrator: { readonly cert: string; readonly key: string };
    const userPassword = randomBytes(24).toString("base64url");

    before(`needs Pulumi and ${what}`, async function () {
      sandbox = await PulumiSandbox.tryOpen();
      controller = sandbox && (await start());
      if (sandbox === undefined || controller === undefined) return this.skip();
      front = await startControllerFront(controller);
      const scene = await RotationScene.start(controller);
      await scene.rotate("certificate");
      administrator = scene.applied as typeof administrator & typeof scene.applied;
      stack = await sandbox.open("secrets", "one", () => {
        const outputs = registerSecrets({ front, controller: controller!, cert: administrator.cert });
        if (isBroken) throw new Error("the program gives up");
        return Promise.resolve(outputs);
      });
      await stack.setAllConfig({
        "secrets:password": { value: front.password, secret: true },
        "secrets:key": { value: administrator.key, secret: true },
        "secrets:userPassword": { value: userPassword, secret: true },
      });
    });
    after(async () => {
      await (front as ControllerFront | undefined)?.close();
      await controller?.stop();
      sandbox?.remove();
    });

    /** Everything that was secret so far: what was given, and every session and one-time token the controller issued. */
    function secrets(): readonly string[] {
      const issued = front.passed.flatMap(({ answer }) => [
        ...answer.matchAll(/"(?:token|jwt|enrollmentJwt)":"([^"]+)"/g),
      ]);
      assert.ok(issued.length >= 3, "a session, an identity's token and a router's");
      const key = administrator.key.split("\n").filter((line) => line !== "" && !line.startsWith("---"));
      const given = [front.password, userPassword, readFileSync(sandbox!.folders.passphrase, "utf8"), ...key];
      return [...given, ...issued.map(([, token = ""]) => token)];
    }

    /** Lines with a secret in them. */
    const leaksIn = (text: string) => {
      const all = secrets();
      return text.split("\n").filter((line) => all.some((secret) => line.includes(secret)));
    };

    const up = (logVerbosity: number) => runToAnyEnd(stack, logVerbosity);

    it("are in no log and not on the screen", async () => {
      const written = await up(discreet);
      assert.match(written, /\+ \d+ created/);
      assert.deepEqual(leaksIn(written), []);
    });

    it("are not in what Pulumi keeps and exports", async () => {
      const files = storedFiles(sandbox!.folders);
      assert.ok(files.length > 2);
      for (const { name, content } of files) assert.deepEqual(leaksIn(content), [], name);
      const { code, output } = await sandbox!.run("secrets", "one", "stack", "export", "--stack", "one");
      assert.equal(code, 0, output);
      assert.match(output, /"ciphertext"/);
      assert.deepEqual(leaksIn(output), []);
    });

    it("are in the loudest log where Pulumi itself writes down what passes by, and nowhere else", async () => {
      await stack.destroy();
      const leaks = leaksIn(await up(loudest));
      assert.ok(leaks.length > 0, "Pulumi became discreet: docs/overlay.md warns of its log");
      assert.deepEqual(leaks.filter(isNotPulumis), []);
      const sessions = front.passed.filter(({ target }) => target.includes("/authenticate")).map(tokenOf);
      assert.ok(sessions.length > 0);
      assert.ok(!leaks.some((line) => sessions.some((token) => line.includes(token))), "a session left the provider");
    });

    for (const { title, disturbance, says } of crashes) {
      it(`are not in what is left of a run ${title}`, async () => {
        await stack.destroy();
        front.disturb({ method: "POST", collection: "authenticators", ...disturbance });
        const written = await up(loudest);
        front.takeBack();
        assert.match(written, says);
        assert.deepEqual(leaksIn(written).filter(isNotPulumis), []);
      });
    }

    it("are not in what is left of a run whose program fails", async () => {
      isBroken = true;
      const written = await up(loudest);
      isBroken = false;
      assert.match(written, /the program gives up/);
      assert.deepEqual(leaksIn(written).filter(isNotPulumis), []);
    });
  });
}

describe("the secrets in what a run writes down", () => {
  let sandbox: PulumiSandbox | undefined;

  before("needs Pulumi", async function () {
    sandbox = await PulumiSandbox.tryOpen();
    if (sandbox === undefined) this.skip();
  });
  after(() => sandbox?.remove());

  it("are in the loudest log of any program, also of one that has nothing of ours", async () => {
    const password = randomBytes(24).toString("base64url");
    const outputs = () => Promise.resolve({ password: new Config().requireSecret("password") });
    const stack = await sandbox!.open("bare", "one", outputs);
    await stack.setConfig("bare:password", { value: password, secret: true });
    const leaks = (await runToAnyEnd(stack, loudest)).split("\n").filter((line) => line.includes(password));
    assert.ok(leaks.length > 0, "Pulumi became discreet: docs/overlay.md warns of its log");
    assert.deepEqual(leaks.filter(isNotPulumis), []);
  });
});

/** Runs `up` to whatever end and returns everything it wrote. */
async function runToAnyEnd(stack: Stack, logVerbosity: number): Promise<string> {
  let written = "";
  const onOutput = (text: string) => void (written += text);
  await stack.up({ logVerbosity, logToStdErr: true, logFlow: true, onOutput, onError: onOutput }).catch(() => "");
  return written;
}

function isNotPulumis(line: string): boolean {
  return !pulumisOwn.test(line);
}

function tokenOf({ answer }: Passed): string {
  return (JSON.parse(answer) as { data: { token: string } }).data.token;
}

function killProvider(): Promise<void> {
  const providers = descendantsOf(process.pid).filter(({ command }) => command.includes("pulumi-resource-openziti"));
  assert.ok(providers.length > 0, "no process to kill was found");
  for (const { pid } of providers) process.kill(pid, "SIGKILL");
  return Promise.resolve();
}
