import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { productionConfig, productionSecrets } from "../support/production-config";
import { projectRoot } from "../support/project-root";
import { registerProgram, type StackConfig } from "../support/registrations";

const pages = { istio: "VirtualService", "gateway-api": "HTTPRoute", ingress: "Ingress", none: undefined } as const;

function exampleOf(page: string): StackConfig {
  const text = readFileSync(path.join(projectRoot, "docs", "ingress", `${page}.md`), "utf8");
  const [, yaml = ""] = /```yaml\n([^]*?)```/.exec(text) ?? [];
  return parse(yaml) as StackConfig;
}

describe("the examples of the ingress pages", () => {
  for (const [page, routeKind] of Object.entries(pages)) {
    it(`install production behind ${page}`, async () => {
      const example = exampleOf(page);
      const run = await registerProgram("prod", { ...productionConfig(), ...example }, productionSecrets);
      const kinds = run.registrations.map(({ type }) => type.split(":").at(-1));
      for (const kind of Object.values(pages))
        assert.equal(kind !== undefined && kinds.includes(kind), kind === routeKind && kind !== undefined, kind);
      assert.ok(kinds.includes("Certificate"));
      assert.equal((run.outputs.urls as Record<string, string>).chat, "https://chat.agents.acme-robotics.io");
    });
  }
});
