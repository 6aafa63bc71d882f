import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { versions } from "../../versions";
import type { BuildContext } from "../engines/build";
import { chartNames, chartsVariable, tryFindChart, type ChartFolder } from "../engines/charts";
import { tryReadText } from "../files";
import type { Environment } from "../engines/folders";
import type { NodeFolders } from "./folders";
import type { ImageVersions } from "./images/recipes";
import { NodeError } from "./node-error";

/** The folder below a node's state that has a folder for every chart, wherever each came from. */
export function chartsFolder({ root }: NodeFolders): string {
  return path.join(root, "charts");
}

/** Collects every chart that the program installs. Throws NodeError with all that are nowhere: a node has no way out. */
export async function provideCharts(folders: NodeFolders, build: BuildContext): Promise<void> {
  const found = await Promise.all(chartNames.map((name) => tryFindChart(name, build)));
  const missing = chartNames.filter((_, index) => found[index] === undefined);
  if (missing.length > 0) {
    throw new NodeError(
      `these charts are not on this machine: ${missing.join(", ")}. ` +
        `Give a folder with a folder for each, called like the chart: ${chartsVariable}=/path`,
    );
  }
  link(
    chartsFolder(folders),
    found.filter((chart) => chart !== undefined),
  );
}

/** The tags that the charts in AGYN_CHARTS put on their images; those of the pins where there is no such chart. */
export function readImageVersions(environment: Environment): ImageVersions {
  const given = environment[chartsVariable];
  const tagOf = (chart: string, pin: string): string => {
    const text = given ? tryReadText(path.join(given, chart, "Chart.yaml")) : undefined;
    return (text === undefined ? undefined : (parse(text) as { appVersion?: string }).appVersion) ?? pin;
  };
  return {
    istio: tagOf("istiod", versions.istio),
    certManager: tagOf("cert-manager", versions.certManager),
    trustManager: tagOf("trust-manager", versions.trustManager),
    // The program sets these itself.
    openziti: versions.openziti,
    postgres: versions.postgres,
  };
}

function link(target: string, charts: readonly ChartFolder[]): void {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const { name, folder } of charts) symlinkSync(folder, path.join(target, name));
}
