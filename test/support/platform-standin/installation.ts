import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import type { Model } from "../../../access/model/model";
import { loadStack } from "../../../cli/shared/offline/stack";
import { projectRoot } from "../project-root";

/** What is asked about: the model of one stack. */
export interface Installation {
  readonly model: Model;
}

/**
 * The committed bootstrap stack with some settings changed (`networkPolicies.enabled: true` and the like, by dotted
 * keys), as `explain --stack` reads it.
 */
export function devInstallation(settings: Readonly<Record<string, unknown>> = {}): Installation {
  const stack = parse(readFileSync(path.join(projectRoot, "Pulumi.dev.yaml"), "utf8")) as { config: object };
  const sections = new Map<string, Record<string, unknown>>();
  for (const [key, value] of Object.entries(settings)) {
    const [section = "", field = ""] = key.split(".");
    const name = `agyn-networking:${section}`;
    sections.set(name, { ...sections.get(name), [field]: value });
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), "agyn-standin-"));
  try {
    const file = path.join(folder, "Pulumi.dev.yaml");
    writeFileSync(file, stringify({ config: { ...stack.config, ...Object.fromEntries(sections) } }));
    return loadStack(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
