import { existsSync } from "node:fs";
import * as path from "node:path";
import type { LocalContext } from "../context";
import { leftovers, listClusterObjects, type Inventory } from "../stack/inventory";
import { readFileSync } from "node:fs";
import { writeWhole } from "../files";
import { certificateFiles } from "../platform/certificates";
import { renderKubeconfig } from "../platform/kubeconfig";
import { KubernetesApi } from "../platform/kubernetes-api";
import type { PreparedStack } from "../prepare-stack";
import {
  describeOverrides,
  loadStackFile,
  mergeOverrides,
  stackName,
  withOverrides,
  type Override,
} from "../stack/configuration";
import { planObjects } from "../stack/plan";
import { writeProject, writeStackFile } from "../stack/project";
import { recover, wasInterrupted } from "../stack/recovery";
import { openStack } from "../stack/stack";
import { nodePorts } from "./addresses";
import { nodeAccess } from "./api-access";
import { chartsFolder } from "./charts";
import type { NodeFolders } from "./folders";
import { isKept } from "./kept";
import { NodeError } from "./node-error";
import { enginesOf, tryLoadNodeRecord } from "./record";

/** What differs from the committed stack file on a node: where the cluster and the charts are, and nothing else. */
export function nodeOverrides(kubeconfig: string, charts: string): readonly Override[] {
  const because = "the node has no way to their registries";
  return [
    { path: "kubernetes.kubeconfig", value: kubeconfig, secret: true, because: "the node's API server" },
    { path: "kubernetes.adopt", value: true, because: "what a killed run left here is the stack's own" },
    ...["istio", "certManager", "openziti"].map((source) => ({ path: `charts.${source}`, value: charts, because })),
  ];
}

/** Opens the stack on the node that runs; called inside of the node's namespace. */
export async function prepareNodeStack(
  context: LocalContext & { readonly folders: NodeFolders },
  settings: readonly Override[],
): Promise<PreparedStack> {
  const { folders, repository, terminal } = context;
  const record = tryLoadNodeRecord(folders);
  if (!record) throw new NodeError(`no node is described in ${folders.root}`);
  const access = nodeAccess(folders, certificateFiles(folders.certificates).authority);
  const api = new KubernetesApi(access);
  const overrides = mergeOverrides(nodeOverrides(renderKubeconfig(access), chartsFolder(folders)), settings);
  const committed = loadStackFile(path.join(repository, `Pulumi.${stackName}.yaml`));
  const planned = await planObjects(withOverrides(committed, overrides));
  if (!existsSync(folders.baseline)) writeWhole(folders.baseline, JSON.stringify(await listClusterObjects(api)));
  for (const line of describeOverrides(overrides)) terminal.line(`  ${line}`);
  writeProject(folders, enginesOf(record), repository);
  const stack = await openStack(folders, context.program);
  await writeStackFile(folders, committed, overrides);
  if (wasInterrupted(folders)) await recover(folders, stack);
  const kind = { kubernetesPlugin: "real", controller: "real", node: "real" } as const;
  return {
    stack,
    planned,
    record: { ...kind, ports: nodePorts, engines: record.engines },
    started: false,
    findLeftovers: async () => {
      const before = JSON.parse(readFileSync(folders.baseline, "utf8")) as Inventory;
      return leftovers(before, await listClusterObjects(api)).filter((object) => !isKept(object));
    },
  };
}
