import { mkdirSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { airGappedGenerator } from "./generate-air-gapped";
import { cliGenerator } from "./generate-cli";
import { configGenerator } from "./generate-config";
import { networkPolicyGenerator } from "./generate-network-policies";
import { outputsGenerator } from "./generate-outputs";
import { policyGenerator } from "./generate-policy";
import { rpcGenerator } from "./generate-rpcs";
import { troubleshootingGenerator } from "./generate-troubleshooting";
import type { Generator } from "./generator";

const root = path.resolve(__dirname, "../..");

/** Every generator of the repository. */
const generators: readonly Generator[] = [
  rpcGenerator,
  configGenerator(root),
  outputsGenerator(root),
  networkPolicyGenerator(),
  policyGenerator,
  troubleshootingGenerator,
  airGappedGenerator(root),
  cliGenerator,
];

/** The generated files whose content in `folder` is not what their generator makes today: path -> content. */
export async function findStaleFiles(from: readonly Generator[], folder: string): Promise<ReadonlyMap<string, string>> {
  const stale = new Map<string, string>();
  for (const generator of from) {
    for (const [file, content] of await generator.files()) {
      const target = path.join(folder, file);
      if (!existsSync(target) || readFileSync(target, "utf8") !== content) stale.set(file, content);
    }
  }
  return stale;
}

function write(files: ReadonlyMap<string, string>): void {
  for (const [file, content] of files) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
    console.log(`wrote ${file}`);
  }
}

function report(files: ReadonlyMap<string, string>): void {
  for (const file of files.keys()) console.error(`stale: ${file}`);
  if (files.size === 0) return;
  console.error("Generated files are not current. Run: npm run generate");
  process.exitCode = 1;
}

async function main(options: readonly string[]): Promise<void> {
  const unknown = options.filter((option) => option !== "--check");
  if (unknown.length > 0) throw new Error(`unknown option ${unknown.join(" ")}; allowed: --check`);
  const stale = await findStaleFiles(generators, root);
  if (options.includes("--check")) report(stale);
  else write(stale);
}

if (require.main === module) void main(process.argv.slice(2));
