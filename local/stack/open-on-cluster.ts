import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { LocalContext } from "../context";
import type { Engines } from "../engines/prepare";
import { writeWhole } from "../files";
import { KubernetesApi } from "../platform/kubernetes-api";
import type { ClientAccess } from "../platform/kubeconfig";
import type { RunRecord } from "../platform/record";
import type { PreparedStack } from "../prepare-stack";
import { describeOverrides, loadStackFile, stackName, withOverrides, type Override } from "./configuration";
import { leftovers, listClusterObjects, type Inventory } from "./inventory";
import { isKeptByCharts } from "./kept-by-charts";
import { planObjects } from "./plan";
import { writeProject, writeStackFile } from "./project";
import { recover, wasInterrupted } from "./recovery";
import { openStack } from "./stack";

/** A cluster on which pods really run, and what runs a stack on it. */
interface RealCluster {
  readonly access: ClientAccess;
  readonly engines: Engines;
  readonly record: RunRecord;
}

/** Opens the stack in the folders of `context` on a real cluster, with what differs from the committed stack file. */
export async function openOnCluster(
  context: LocalContext,
  { access, engines, record }: RealCluster,
  overrides: readonly Override[],
): Promise<PreparedStack> {
  const { folders, repository, terminal } = context;
  const api = new KubernetesApi(access);
  const committed = loadStackFile(path.join(repository, `Pulumi.${stackName}.yaml`));
  const planned = await planObjects(withOverrides(committed, overrides));
  if (!existsSync(folders.baseline)) writeWhole(folders.baseline, JSON.stringify(await listClusterObjects(api)));
  terminal.line(`Configuration: Pulumi.${stackName}.yaml, and for this cluster`);
  for (const line of describeOverrides(overrides)) terminal.line(`  ${line}`);
  writeProject(folders, engines, repository);
  const stack = await openStack(folders, context.program);
  await writeStackFile(folders, committed, overrides);
  if (wasInterrupted(folders)) await recover(folders, stack);
  return {
    stack,
    planned,
    record,
    started: false,
    findLeftovers: async () => {
      const before = JSON.parse(readFileSync(folders.baseline, "utf8")) as Inventory;
      const left = leftovers(before, await listClusterObjects(api));
      const kept = left.filter(isKeptByCharts);
      if (kept.length > 0)
        terminal.line(
          `${kept.length} objects stay that charts never remove: definitions of kinds, and Istio's authority.`,
        );
      return left.filter((name) => !isKeptByCharts(name));
    },
  };
}
