import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parseSettings, type ParseContext } from "../../config/parse";
import { formatProblems, type Problem } from "../../config/problems";
import type { Settings } from "../../config/settings";
import { projectRoot } from "../support/project-root";

/** A context in which the TLS fixtures are valid. */
export const context: ParseContext = {
  project: "agyn-networking",
  stack: "prod",
  now: new Date("2030-01-01T00:00:00Z"),
};

/** The content of a TLS fixture. */
export function fixture(name: string): string {
  return readFileSync(path.join(projectRoot, "test/support/fixtures/tls", name), "utf8");
}

/** Settings by path, for example { "ingress.port": 443 }. Values may have the wrong type on purpose. */
export type ByPath = Readonly<Record<string, unknown>>;

/** A complete production configuration. */
export const production: ByPath = {
  "networkPolicies.apiServer": ["192.0.2.10/32"],
  "networkPolicies.clusterAddresses": ["192.0.2.0/24"],
  profile: "production",
  domain: "agents.acme-robotics.io",
  "ingress.tls.issuer.name": "letsencrypt",
  "controller.url": "https://ziti-mgmt.acme-robotics.io:1281",
  "controller.ca": fixture("ca.crt"),
  "controller.cert": fixture("client.crt"),
  "controller.key": fixture("client.key"),
  "zitiManagement.database":
    "postgres://operator:kF9-wQ2x@db.acme-robotics.io:5432/ziti_management?sslmode=verify-full",
};

/** Raw configuration as Pulumi hands it over: scalars as text, groups as JSON. Undefined values are left out. */
export function toRaw(values: ByPath): Record<string, string> {
  const tree: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) if (value !== undefined) put(tree, key.split("."), value);
  const entries = Object.entries(tree);
  return Object.fromEntries(
    entries.map(([name, node]) => [
      `${context.project}:${name}`,
      typeof node === "string" ? node : JSON.stringify(node),
    ]),
  );
}

function put(node: Record<string, unknown>, [name = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) node[name] = value;
  else put((node[name] ??= {}) as Record<string, unknown>, rest, value);
}

/** The problems of a configuration; none when it is valid. */
export function problemsOf(values: ByPath, changes: Partial<ParseContext> = {}): readonly Problem[] {
  const result = parseSettings(toRaw(values), { ...context, ...changes });
  return "problems" in result ? result.problems : [];
}

/** The settings of a configuration that has to be valid. */
export function settingsOf(values: ByPath): Settings {
  const result = parseSettings(toRaw(values), context);
  if ("settings" in result) return result.settings;
  return assert.fail(formatProblems(result.problems, context));
}
