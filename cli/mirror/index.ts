import { Command } from "commander";
import type { Terminal } from "../../local/terminal";
import { nameOf, toMirrorList } from "./mirror-list";
import { registerObjects } from "../shared/offline/objects";
import { loadStack } from "../shared/offline/stack";
import { answer, printJson } from "../shared/output";

interface MirrorOptions {
  readonly stack: string;
  readonly json: boolean;
}

const epilogue = `
Needs no cluster and no secret. Where to copy: charts to what charts.istio, charts.certManager and charts.openziti name,
images below images.registry under the same path without their registry.
Exit codes: 0 done, 1 failed.`;

/** \`agyn-net mirror\`: the charts and images that a cluster without a network needs. */
export function mirrorCommand(): Command {
  return new Command("mirror")
    .description("List every chart and image that a stack installs, for a mirror.")
    .option("--stack <file or name>", "Pulumi.<name>.yaml of this folder, or a file", "prod")
    .option("--json", "print them as JSON", false)
    .addHelpText("after", epilogue)
    .action((options: MirrorOptions) => answer((out) => perform(options, out)));
}

async function perform({ stack, json }: MirrorOptions, out: Terminal): Promise<void> {
  const list = toMirrorList(await registerObjects(loadStack(stack)));
  if (json) return printJson(list);
  out.line(out.colors.bold(`charts (${list.charts.length})`));
  for (const { chart, version, repository } of list.charts) out.line(`  ${chart} ${version} ${repository}`.trimEnd());
  out.line(out.colors.bold(`images (${list.images.length})`));
  for (const image of list.images) out.line(`  ${nameOf(image)}`);
}
