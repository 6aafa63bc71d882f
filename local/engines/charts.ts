import {
  cpSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import type { BuildContext } from "./build";
import { EngineError } from "./find";
import { enginesFolder } from "./folders";
import { downloadModules, type DownloadedModule } from "./modules";

/** The charts that the program installs. */
export const chartNames = [
  "base",
  "istiod",
  "gateway",
  "cert-manager",
  "trust-manager",
  "ziti-controller",
  "ziti-router",
] as const;

/** A chart that the program installs, by its name in its repository. */
export type ChartName = (typeof chartNames)[number];

/** A chart on this machine, as its publisher released it. */
export interface ChartFolder {
  readonly name: ChartName;
  readonly folder: string;
  /** As `Chart.yaml` has it, which is the pinned version where the chart comes from a Go module. */
  readonly version: string;
}

/** Environment variable with a folder that holds one folder per chart, named like the chart. */
export const chartsVariable = "AGYN_CHARTS";

/** A chart inside a Go module. Its publisher fills versions in when it is released, and so does this. */
interface ModuleChart {
  /** Folder below `local/go` whose `go.mod` pins the module. */
  readonly family: string;
  readonly module: string;
  readonly at: string;
  /** Replaces in `values.yaml` what the release does besides. */
  readonly release?: (values: string, module: string) => string;
}

const moduleCharts: Partial<Readonly<Record<ChartName, ModuleChart>>> = {
  "cert-manager": {
    family: "crds",
    module: "github.com/cert-manager/cert-manager",
    at: "deploy/charts/cert-manager",
  },
  "trust-manager": {
    family: "charts",
    module: "github.com/cert-manager/trust-manager",
    at: "deploy/charts/trust-manager",
    release: (values, module) => values.replace(/(_defaultReference: ):v0\.0\.0$/m, `$1:${trustPackageTag(module)}`),
  },
};

/**
 * A chart by its name: from the folder in AGYN_CHARTS, else from the pinned Go module that has it. Undefined when it is in
 * neither, or in a module and there is no Go client. Throws EngineError when its module cannot be downloaded.
 */
export async function tryFindChart(name: ChartName, context: BuildContext): Promise<ChartFolder | undefined> {
  const given = context.environment[chartsVariable];
  if (given && existsSync(path.join(given, name, "Chart.yaml"))) return describe(name, path.resolve(given, name));
  const source = moduleCharts[name];
  if (source === undefined) return undefined;
  const module = await tryDownload(source, context);
  return module && describe(name, provideReleased(name, source, module, context));
}

async function tryDownload(source: ModuleChart, context: BuildContext): Promise<DownloadedModule | undefined> {
  try {
    return (await downloadModules(source.family, [source.module], context)).get(source.module);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new EngineError(
      `the chart in ${source.module} could not be read from its Go module: ${(error as Error).message.trim()}. ` +
        `Give a folder with charts instead: ${chartsVariable}=/path`,
    );
  }
}

function provideReleased(
  name: ChartName,
  source: ModuleChart,
  module: DownloadedModule,
  context: BuildContext,
): string {
  const folder = path.join(enginesFolder(context.environment), "charts", `${name}-${module.version}`, name);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}.partial`;
  mkdirSync(path.dirname(folder), { recursive: true });
  try {
    // Go's own cache is read-only, its modes are copied, and both files are written anew.
    cpSync(path.join(module.folder, source.at), partial, { recursive: true });
    makeWritable(partial);
    rewrite(path.join(partial, "Chart.yaml"), (text) =>
      text.replace(/^(version|appVersion): .*$/gm, `$1: ${module.version}`),
    );
    rewrite(path.join(partial, "values.yaml"), (text) => source.release?.(text, module.folder) ?? text);
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

function makeWritable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) makeWritable(at);
    else chmodSync(at, 0o644);
  }
}

function rewrite(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, "utf8")));
}

// The release takes the newest package that its own build files name.
function trustPackageTag(module: string): string {
  const text = readFileSync(path.join(module, "make", "00_debian_trixie_version.mk"), "utf8");
  const version = /^DEBIAN_TRIXIE_BUNDLE_VERSION := (\S+)$/m.exec(text)?.[1];
  if (version === undefined) throw new EngineError(`${module} does not name its trust package`);
  return version.replace(/[+~]/g, "-");
}

function describe(name: ChartName, folder: string): ChartFolder {
  const { version } = parse(readFileSync(path.join(folder, "Chart.yaml"), "utf8")) as { version: string };
  return { name, folder, version };
}
