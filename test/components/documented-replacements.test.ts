import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "../support/project-root";
import { registerProgram, type Registration } from "../support/registrations";

const folders = ["docs", "components", "access", "cli", "config", "openziti", "policy"];

// Every file that a person may have the command from: pages, and the messages in the code.
function readAll(folder: string): string[] {
  return readdirSync(path.join(projectRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(md|ts)$/.test(entry.name))
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8"));
}

function documentedPatterns(): readonly string[] {
  const texts = [...folders.flatMap(readAll), readFileSync(path.join(projectRoot, "README.md"), "utf8")];
  const found = texts.flatMap((text) =>
    [...text.matchAll(/pulumi up --(?:target-)?replace '([^']+)'/g)].map(([, one = ""]) => one),
  );
  return [...new Set(found)];
}

// As Pulumi matches URNs: two stars for anything, one for anything within a part.
function toExpression(pattern: string): RegExp {
  const parts = pattern.split("**").map((part) =>
    part
      .split("*")
      .map((text) => text.replace(/[^\w-]/g, "\\$&"))
      .join("[^:]*"),
  );
  return new RegExp(`^${parts.join(".*")}$`);
}

const urnOf = ({ type, name }: Registration) => `urn:pulumi:dev::agyn-networking::${type}::${name}`;
const isNamed = ({ inputs }: Registration) => (inputs.metadata as { name?: string } | undefined)?.name !== undefined;

describe("replacements that the project tells people to ask for", () => {
  const patterns = documentedPatterns();

  it("are told", () => assert.ok(patterns.includes("**enforcement-probe**"), patterns.join("\n")));

  for (const pattern of patterns) {
    it(`delete the old object first, since its name is taken: ${pattern}`, async () => {
      const { registrations } = await registerProgram("dev", { networkPolicies: { enabled: true, probe: true } });
      const meant = registrations.filter((one) => toExpression(pattern).test(urnOf(one)) && isNamed(one));
      assert.ok(meant.length > 0, "it matches something");
      const colliding = meant.filter(({ deleteBeforeReplace }) => !deleteBeforeReplace);
      assert.deepEqual(
        colliding.map(({ type, name }) => `${type} ${name}`),
        [],
      );
    });
  }
});
