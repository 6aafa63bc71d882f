import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { passthroughHosts } from "../../../access/model/exposure";
import type { Model } from "../../../access/model/model";
import { stackEngines } from "../../../local/engines/catalog";
import { chartNames, tryFindChart } from "../../../local/engines/charts";
import { extendPlan } from "../../../local/engines/prepare";
import { readImageVersions } from "../../../local/node/charts";
import type { NodeFolders } from "../../../local/node/folders";
import { missingFiles, provideImages } from "../../../local/node/images/provide";
import { imageRecipes, type ImageRecipe } from "../../../local/node/images/recipes";
import { outsideHosts } from "../../../local/node/settings/outside-dns";
import { projectRoot } from "../../support/project-root";
import { missingForTestNode } from "./test-node";

/** The image of tunnelers. */
export const zitiImage: ImageRecipe = {
  name: "ziti",
  names: ["agyn.test/ziti:test"],
  base: "debian",
  files: [{ from: "ziti", to: "/usr/local/bin/ziti" }],
  entrypoint: ["/usr/local/bin/ziti"],
  user: "65532:65532",
  environment: { HOME: "/tmp" },
};

const watchLimit = "/proc/sys/fs/inotify/max_user_instances";
/** What some fifty sidecars on one machine need, and the node's own programs besides. */
const wantedWatches = 1_024;

/** What this machine lacks to install the whole stack on a node with the images of its own programs. Builds nothing. */
export async function missingForStack(): Promise<readonly string[]> {
  const node = await missingForTestNode();
  if (node.length > 0) return node;
  const ignored = (): void => undefined;
  const plan = await extendPlan({ found: new Map(), toBuild: [] }, stackEngines, process.env, ignored);
  const engines = plan.toBuild.map(({ name }) => `${name} is not found`);
  const wanted = [...imageRecipes(readImageVersions(process.env)), zitiImage];
  const files = [...new Set(wanted.flatMap((recipe) => missingFiles(recipe, process.env)))];
  const missing = [...engines, ...files.map((name) => `${name} is not found (AGYN_IMAGES, PATH)`)];
  return missing.length > 0 ? missing : missingCharts();
}

async function missingCharts(): Promise<readonly string[]> {
  const modules = path.join(projectRoot, "local", "go");
  const signal = new AbortController().signal;
  const build = { modules, environment: process.env, remark: () => undefined, signal };
  for (const name of chartNames) {
    if ((await tryFindChart(name, build)) === undefined) return [`the chart ${name} is not found (AGYN_CHARTS)`];
  }
  return [];
}

/** Gives the image of tunnelers to the registry of a node that runs. Throws when it cannot be made. */
export async function provideZiti(folders: NodeFolders): Promise<void> {
  const [provided] = await provideImages([zitiImage], folders, process.env, () => undefined);
  if (provided?.skipped !== undefined) throw new Error(`the image of ziti: ${provided.skipped}`);
}

/** Publishes the public names of an installation where the node finds the world's: at its first load balancer. */
export function publishNames({ options, exposures }: Model, folders: NodeFolders, address: string): void {
  const names = [...exposures.map(({ host }) => host), ...passthroughHosts(options).map(({ host }) => host)];
  const file = outsideHosts(folders);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, [...new Set(names)].map((name) => `${address} ${name}\n`).join(""));
}

/** Lets enough sidecars watch files, which the kernel limits for the whole machine. Returns what sets the limit back. */
export function allowSidecars(): () => void {
  const before = readFileSync(watchLimit, "utf8").trim();
  if (Number(before) >= wantedWatches) return () => undefined;
  writeFileSync(watchLimit, String(wantedWatches));
  return () => writeFileSync(watchLimit, before);
}
