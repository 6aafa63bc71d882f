import { existsSync } from "node:fs";
import * as path from "node:path";
import { chartsVariable, type ChartName } from "../engines/charts";
import type { Environment } from "../engines/folders";
import type { Override } from "../stack/configuration";

const sources: Readonly<Record<string, readonly ChartName[]>> = {
  istio: ["base", "istiod", "gateway"],
  certManager: ["cert-manager", "trust-manager"],
  openziti: ["ziti-controller", "ziti-router"],
};

/** Settings that take charts from the folder in AGYN_CHARTS, of each source that it has every chart of. */
export function chartOverrides(
  environment: Environment,
  exists: (file: string) => boolean = existsSync,
): readonly Override[] {
  const folder = environment[chartsVariable];
  if (!folder) return [];
  const has = (chart: ChartName): boolean => exists(path.join(folder, chart, "Chart.yaml"));
  return Object.entries(sources)
    .filter(([, charts]) => charts.every(has))
    .map(([source]) => ({
      path: `charts.${source}`,
      value: path.resolve(folder),
      because: `${chartsVariable} names a folder that has them`,
    }));
}
