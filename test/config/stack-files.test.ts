import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { parseSettings } from "../../config/parse";
import { settingPaths } from "../../config/schema";
import { readStackFile } from "../../config/stack-file";
import { configGenerator } from "../../scripts/generate-config";
import { projectRoot } from "../support/project-root";
import { context, fixture, production } from "./parsing";

const read = (file: string) => readFileSync(path.join(projectRoot, file), "utf8");

/** The stack file with every commented setting put in force; comments in prose stay. */
function uncomment(text: string): string {
  const setting = /^(\s*)# (\s*(?:- )?(?:agyn-networking:)?[A-Za-z]+:(?: .*)?|\s*- .*)$/;
  return text
    .slice(text.indexOf("config:"))
    .split("\n")
    .filter((line) => !/# (\s*# )?(Default|Set it with)/.test(line))
    .map((line) => line.replace(setting, "$1$2"))
    .join("\n");
}

function pathsOf(node: unknown, prefix = ""): string[] {
  if (typeof node !== "object" || node === null || Array.isArray(node) || "secure" in node) return [prefix];
  return Object.entries(node).flatMap(([key, child]) => pathsOf(child, prefix === "" ? key : `${prefix}.${key}`));
}

describe("the committed stack files", () => {
  it("give valid settings for the dev stack", () => {
    const result = parseSettings(readStackFile(read("Pulumi.dev.yaml")), { ...context, stack: "dev" });
    assert.ok("settings" in result);
    assert.equal(result.settings.profile, "bootstrap");
  });

  it("lack exactly the private key and the database for the prod stack", () => {
    const raw = readStackFile(read("Pulumi.prod.yaml"));
    const result = parseSettings(raw, context);
    assert.ok("problems" in result);
    assert.deepEqual(
      result.problems.map(({ key }) => key),
      ["zitiManagement.database", "controller.key"],
    );
    for (const { fix } of result.problems) assert.ok(read("Pulumi.prod.yaml").includes(`#   ${fix[0]}`));
  });

  it("give valid settings for the prod stack once both are set", () => {
    const raw = readStackFile(read("Pulumi.prod.yaml"));
    const controller = JSON.parse(raw["agyn-networking:controller"] ?? "") as object;
    const completed = JSON.stringify({ ...controller, key: fixture("client.key") });
    const zitiManagement = JSON.stringify({ database: production["zitiManagement.database"] });
    const secrets = { "agyn-networking:controller": completed, "agyn-networking:zitiManagement": zitiManagement };
    const result = parseSettings({ ...raw, ...secrets }, context);
    assert.ok("settings" in result, JSON.stringify(result));
    assert.equal(result.settings.profile, "production");
  });

  it("hold no secret", () => {
    for (const file of ["Pulumi.dev.yaml", "Pulumi.prod.yaml"]) assert.doesNotMatch(read(file), /PRIVATE KEY/);
  });

  for (const file of ["Pulumi.dev.yaml", "Pulumi.prod.yaml"]) {
    it(`show every setting of ${file}, active or commented out, in its place`, () => {
      const { config } = parse(uncomment(read(file))) as { config: Record<string, unknown> };
      const paths = pathsOf(config).map((key) => key.replace("agyn-networking:", ""));
      assert.deepEqual(paths.sort(), [...settingPaths].sort());
    });
  }

  it("stay ciphertext where they are encrypted", () => {
    const raw = readStackFile("config:\n  agyn-networking:kubernetes:\n    kubeconfig: {secure: v1:abc}\n");
    assert.deepEqual(raw, { "agyn-networking:kubernetes": '{"kubeconfig":{"secure":"v1:abc"}}' });
    const result = parseSettings(raw, context);
    assert.ok("settings" in result);
    assert.equal(result.settings.kubernetes.kubeconfig?.isSealed, true);
  });

  it("may be empty", () => {
    assert.deepEqual(readStackFile(""), {});
    assert.deepEqual(readStackFile("encryptionsalt: v1:x\n"), {});
  });

  it("and the reference are what the table of fields says today", async () => {
    for (const [file, content] of await configGenerator(projectRoot).files()) {
      assert.equal(read(file), content, `${file} is stale, run: npm run generate`);
    }
  });

  it("are explained by a reference that names every setting", () => {
    const reference = read("docs/configuration.md");
    for (const key of settingPaths) assert.ok(reference.includes(`| \`${key}\``), key);
  });
});
