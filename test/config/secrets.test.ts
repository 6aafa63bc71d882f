import assert from "node:assert/strict";
import fc from "fast-check";
import { inspect } from "node:util";
import { effectiveConfiguration } from "../../config/effective";
import { formatProblems } from "../../config/problems";
import { fields, settingPaths } from "../../config/schema";
import { Secret } from "../../config/settings";
import { secretText, text } from "../../config/values/value-type";
import { context, problemsOf, production, settingsOf } from "./parsing";

const secretPaths = settingPaths.filter((path) => fields[path].secret === true);

// Long enough that it cannot be part of a message by chance.
const marker = fc.stringMatching(/^[a-z0-9]{24}$/);
const shapes: readonly ((clear: string) => unknown)[] = [
  (clear) => clear,
  (clear) => ` ${clear}\n`,
  (clear) => [clear],
  (clear) => ({ value: clear }),
  (clear) => `-----BEGIN PRIVATE KEY-----\n${clear}\n-----END PRIVATE KEY-----`,
  (clear) => `-----BEGIN CERTIFICATE-----\n${clear}\n-----END CERTIFICATE-----`,
];

describe("secrets in the configuration", () => {
  it("are the private key, the password, the kubeconfig and the URL of the database", () => {
    const paths = ["controller.key", "controller.password", "kubernetes.kubeconfig", "zitiManagement.database"];
    assert.deepEqual([...secretPaths].sort(), paths);
  });

  it("never appear in a message, whatever their form and whatever else is wrong", () => {
    let messages = 0;
    fc.assert(
      fc.property(marker, fc.constantFrom(...secretPaths), fc.constantFrom(...shapes), (clear, path, shape) => {
        const values = { ...production, [path]: shape(clear), "ingress.port": 0, "controller.username": "x" };
        const problems = problemsOf(values, { isEncrypted: () => false });
        messages += problems.length;
        assert.equal(formatProblems(problems, context).includes(clear), false);
      }),
    );
    assert.ok(messages > 0);
  });

  it("never appear when a group of keys is a text, or when a URL carries them", () => {
    const texts = [
      problemsOf({ controller: "hunter2-hunter2" }),
      problemsOf({ kubernetes: "hunter2-hunter2" }),
      problemsOf({ "controller.url": "https://admin:hunter2-hunter2@ziti.acme.io" }),
      problemsOf({ "controller.cert": "-----BEGIN PRIVATE KEY-----\nhunter2-hunter2\n-----END PRIVATE KEY-----" }),
      problemsOf({ "charts.istio": "https://admin:hunter2-hunter2@charts.acme.io" }),
    ];
    for (const problems of texts) {
      assert.ok(problems.length > 0);
      assert.equal(formatProblems(problems, context).includes("hunter2"), false);
    }
  });

  it("are never part of a suggestion", () => {
    const type = secretText(text("a password"));
    for (const given of [" hunter2-hunter2", 20222222]) {
      const reading = type.read(given);
      assert.ok("faults" in reading);
      assert.deepEqual(Object.keys(reading.faults[0] ?? {}).sort(), ["at", "reason"]);
    }
  });

  it("are wrapped, and show [secret] in every form", () => {
    const { key } = settingsOf(production).controller;
    assert.ok(key instanceof Secret);
    assert.equal(key.reveal(), production["controller.key"]);
    for (const shown of [String(key), `${key.toString()}`, JSON.stringify(key), inspect(key)])
      assert.match(shown, /^"?\[secret\]"?$/);
    assert.equal(inspect(settingsOf(production), { depth: 9 }).includes("PRIVATE"), false);
  });

  it("are published as set or unset, and a certificate by its fingerprint", () => {
    const { controller, kubernetes } = effectiveConfiguration(settingsOf(production)) as Record<
      string,
      Record<string, unknown>
    >;
    assert.deepEqual([controller?.key, controller?.password, kubernetes?.kubeconfig], ["set", "unset", "unset"]);
    assert.match(String(controller?.ca), /^SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    assert.equal(JSON.stringify({ controller, kubernetes }).includes("BEGIN"), false);
  });

  it("may stay encrypted where only Pulumi can read them", () => {
    const settings = settingsOf({ ...production, "controller.key": { secure: "v1:abc" } });
    assert.equal(settings.controller.key?.isSealed, true);
    assert.throws(() => settings.controller.key?.reveal(), /only Pulumi can read it/);
  });
});
