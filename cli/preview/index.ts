import { Command } from "commander";
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { groupBy } from "../../access/model/group-by";
import { LocalError } from "../../local/local-error";
import type { Terminal } from "../../local/terminal";
import { findObjectProblems, type ObjectProblem } from "../shared/offline/object-problems";
import type { OfflineObject } from "../shared/offline/object";
import { registerObjects } from "../shared/offline/objects";
import { loadStack } from "../shared/offline/stack";
import { toYaml } from "../shared/offline/yaml";
import { answer, printJson } from "../shared/output";

interface PreviewOptions {
  readonly stack: string;
  readonly out?: string;
  readonly json: boolean;
}

const epilogue = `
Runs the program itself, without cluster, Pulumi CLI or secrets; a placeholder stands for every secret. Below --out,
manifests/ holds Kubernetes objects, charts/ the Helm releases, openziti/ the overlay's objects, other/ the rest.
Every Kubernetes object is held against the schemas of Kubernetes and of the definitions (Istio, cert-manager, Gateway API,
Traefik), the overlay's objects against the provider's check; what is in charts is not. CEL rules are the API server's.
Exit codes: 0 done, 1 failed, or an object that does not fit: nothing is written then.`;

/** \`agyn-net preview\`: what the program would register for a stack file. */
export function previewCommand(): Command {
  return new Command("preview")
    .description("Show every object of a stack, by component, without a cluster; write the manifests.")
    .option("--stack <file or name>", "Pulumi.<name>.yaml of this folder, or a file", "prod")
    .option("--out <folder>", "write one file per object")
    .option("--json", "print the objects as JSON", false)
    .addHelpText("after", epilogue)
    .action((options: PreviewOptions) => answer((out) => perform(options, out)));
}

async function perform({ stack, out: folder, json }: PreviewOptions, out: Terminal): Promise<void> {
  const loaded = loadStack(stack);
  const objects = await registerObjects(loaded);
  refuseProblems(findObjectProblems(objects));
  if (folder !== undefined) for (const object of objects) write(folder, object);
  if (json) return printJson(objects);
  for (const key of loaded.missing)
    out.line(out.colors.dim(`${key} is not in ${loaded.file}: a placeholder stands in.`));
  for (const [component, group] of groupBy(objects, (object) => object.component)) {
    out.line(out.colors.bold(`${component} (${group.length})`));
    for (const { kind, name } of group) out.line(`  ${kind} ${name}`);
  }
  out.line(`${objects.length} objects`);
}

function refuseProblems(problems: readonly ObjectProblem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ object, key, reason }) => `  ${object}: ${key} ${reason}`);
  throw new LocalError(
    [`The API server or the controller would refuse ${problems.length} field(s):`, ...lines].join("\n"),
  );
}

function folderOf(type: string): string {
  if (type.startsWith("openziti:")) return "openziti";
  if (type === "kubernetes:helm.sh/v3:Release") return "charts";
  return type.startsWith("kubernetes:") ? "manifests" : "other";
}

function write(folder: string, { component, type, kind, name, inputs }: OfflineObject): void {
  const place = path.join(folder, folderOf(type), component);
  mkdirSync(place, { recursive: true });
  const file = `${kind.replaceAll(" ", "-")}-${name}.yaml`.toLowerCase();
  writeFileSync(path.join(place, file), toYaml(inputs, { sorted: true }));
}
