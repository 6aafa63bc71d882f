import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import type { OfflineObject } from "../../cli/shared/offline/object";
import { productionConfig, productionSecrets } from "../support/production-config";
import { registerProgram } from "../support/registrations";
import { runCommand } from "./run-command";
import { productionText } from "./stack-variants";

function filesOf(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  return new Map(files.map((file) => [path.relative(folder, file), readFileSync(file, "utf8")]));
}

const installed = { manage: true, reach: "portForward", mode: "standalone" };
const annotations = { "example.com/a": "OFF", "example.com/b": "y", "example.com/c": "0755", "example.com/d": "1:30" };
const treacherous = { mesh: { manage: true }, ingress: { service: { annotations } } };

// As readers of YAML 1.1 resolve a plain scalar, Go's among them; written down apart from the library that writes.
const isNoTextInYaml11 = (word: string) =>
  /^(y|yes|n|no|on|off)$/i.test(word) ||
  /^[-+]?0[0-7]+$/.test(word) ||
  /^[-+]?\d+(:[0-5]?\d)+(\.\d*)?$/.test(word) ||
  /^[-+]?\d[\d_]*_[\d_]*$/.test(word);

/** Plain scalars at the end of a line: values of keys and items of lists. */
function plainWords(content: string): string[] {
  return content.split("\n").flatMap((line) => /(?:^|[:-] )([^\s"'|>][^\s"']*)$/.exec(line)?.[1] ?? []);
}

describe("agyn-net preview", function () {
  // Each case starts processes: a loaded machine takes its time.
  this.timeout(90_000);

  const folder = mkdtempSync(path.join(os.tmpdir(), "agyn-preview-"));
  after(() => rmSync(folder, { recursive: true }));

  it("shows the objects that the program registers, without the key that the file lacks", async () => {
    const { code, out, errors } = await runCommand(["preview", "--json"]);
    assert.deepEqual({ code, errors }, { code: 0, errors: "" });
    const objects = (JSON.parse(out) as OfflineObject[]).map(({ type, name }) => `${type} ${name}`);
    const { registrations } = await registerProgram("prod", productionConfig(), productionSecrets);
    const registered = registrations.filter(({ type }) => !/^(agyn|pulumi):/.test(type));
    assert.deepEqual(objects.sort(), registered.map(({ type, name }) => `${type} ${name}`).sort());
  });

  it("writes one file per object, the same every time, and no secret", async () => {
    const stack = path.join(folder, "Pulumi.prod.yaml");
    const credential = { username: "admin", password: "a-password-of-twenty-letters" };
    const text = JSON.parse(productionText({ controller: credential })) as {
      config: Record<string, Record<string, unknown>>;
    };
    delete text.config["agyn-networking:controller"]?.cert;
    writeFileSync(stack, JSON.stringify(text));
    const [first, second] = [path.join(folder, "one"), path.join(folder, "two")];
    const { out, errors } = await runCommand(["preview", "--stack", stack, "--out", first]);
    await runCommand(["preview", "--stack", stack, "--out", second]);
    const files = filesOf(first);
    assert.match(out, new RegExp(`\n${files.size} objects\n$`), errors);
    assert.deepEqual(filesOf(second), files);
    assert.deepEqual(
      [...files].filter(([, content]) => content.includes(credential.password)),
      [],
    );
    const manifests = [...files].filter(([name]) => name.startsWith("manifests"));
    assert.ok(manifests.length > 50);
    for (const [name, content] of manifests) assert.ok((parse(content) as { kind?: string }).kind, name);
  });

  for (const [title, changes] of [
    ["production", {}],
    [
      "a stack that installs everything",
      { mesh: { manage: true }, controller: installed, certManager: { manage: true } },
    ],
    ["words that YAML 1.1 takes for something else", treacherous],
  ] as const) {
    it(`writes what a reader of YAML 1.1 reads as it was meant: ${title}`, async () => {
      const stack = path.join(folder, "Pulumi.words.yaml");
      const out = path.join(folder, title.replaceAll(" ", "-"));
      writeFileSync(stack, productionText(changes));
      const { code, errors } = await runCommand(["preview", "--stack", stack, "--out", out]);
      assert.equal(code, 0, errors);
      const files = filesOf(out);
      assert.ok(files.size > 50);
      for (const [name, content] of files) {
        assert.deepEqual(parse(content, { version: "1.1" }), parse(content, { version: "1.2" }), name);
        assert.deepEqual(plainWords(content).filter(isNoTextInYaml11), [], name);
      }
    });
  }

  it("shows the probe of a stack that requires what it measures", async () => {
    const stack = path.join(folder, "Pulumi.probed.yaml");
    const networkPolicies = { probe: true, requireEnforcement: true };
    writeFileSync(stack, productionText({ networkPolicies }));
    const { code, out, errors } = await runCommand(["preview", "--stack", stack]);
    assert.equal(code, 0, errors);
    assert.match(out, /Pod network-policies-enforcement-probe-prober/);
  });

  it("shows every problem of a configuration, and no object", async () => {
    const stack = path.join(folder, "Pulumi.bad.yaml");
    writeFileSync(stack, productionText({ ingress: { port: 0 } }));
    const { code, out, errors } = await runCommand(["preview", "--stack", stack]);
    assert.equal(code, 1);
    assert.equal(out, "");
    assert.match(errors, /ingress\.port/);
  });
});
