import type { LocalContext } from "../context";
import { certificateFiles } from "../platform/certificates";
import { renderKubeconfig } from "../platform/kubeconfig";
import type { PreparedStack } from "../prepare-stack";
import { mergeOverrides, type Override } from "../stack/configuration";
import { openOnCluster } from "../stack/open-on-cluster";
import { nodeAccess } from "./api-access";
import { chartsFolder } from "./charts";
import type { NodeFolders } from "./folders";
import { NodeError } from "./node-error";
import { enginesOf, tryLoadNodeRecord } from "./record";

/** What differs from the committed stack file on a node: where the cluster and the charts are, and nothing else. */
function nodeOverrides(kubeconfig: string, charts: string): readonly Override[] {
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
  const { folders } = context;
  const node = tryLoadNodeRecord(folders);
  if (!node) throw new NodeError(`no node is described in ${folders.root}`);
  const access = nodeAccess(folders, certificateFiles(folders.certificates).authority);
  const record = { kubernetesPlugin: "real", controller: "real", pods: "node" } as const;
  const overrides = mergeOverrides(nodeOverrides(renderKubeconfig(access), chartsFolder(folders)), settings);
  return openOnCluster(context, { access, engines: enginesOf(node), record }, overrides);
}
