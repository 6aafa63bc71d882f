import type { Settings } from "../../config/settings";
import { LocalError } from "../../local/local-error";
import { ApiServer, KubeconfigError, loadKubeConfig, type ClusterChoice } from "../../kubernetes/api-server";

/** What a command line says about the cluster. */
interface ClusterOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** The cluster of a command: its own options first, then the stack's. Throws LocalError for an encrypted kubeconfig. */
export function chooseCluster({ kubeconfig, context }: ClusterOptions, { kubernetes }: Settings): ClusterChoice {
  const own = { context: context ?? kubernetes.context };
  if (kubeconfig !== undefined) return { ...own, file: kubeconfig };
  if (kubernetes.kubeconfig?.isSealed) {
    throw new LocalError(
      "--kubeconfig is needed: the stack's own kubeconfig is encrypted, and only Pulumi can read it.",
    );
  }
  return { ...own, content: kubernetes.kubeconfig?.reveal() };
}

/** A client of the chosen cluster that stops asking when `signal` says so. Throws LocalError for a kubeconfig that cannot be used. */
export async function openApiServer(choice: ClusterChoice, signal: AbortSignal): Promise<ApiServer> {
  try {
    return new ApiServer(await loadKubeConfig(choice), signal);
  } catch (error) {
    if (error instanceof KubeconfigError) throw new LocalError(error.message);
    throw error;
  }
}
