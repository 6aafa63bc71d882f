import type { KubeConfig } from "@kubernetes/client-node" with { "resolution-mode": "import" };
import { PortForwardError } from "./errors";

/** Which cluster, and as whom: content or path of a kubeconfig, and one of its contexts. */
export interface ClusterChoice {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/**
 * The chosen kubeconfig with the chosen context. What a parser says about it is never repeated, because it quotes the
 * content. Throws `PortForwardError`.
 */
export async function loadKubeConfig({ kubeconfig, context }: ClusterChoice, title: string): Promise<KubeConfig> {
  const { KubeConfig } = await import("@kubernetes/client-node"); // heavy: only for those who port-forward
  const config = new KubeConfig();
  try {
    read(config, kubeconfig);
  } catch (error) {
    throw new PortForwardError(`${title}: ${unreadable(error)}`);
  }
  if (context !== undefined) {
    const known = config.getContexts().map(({ name }) => name);
    if (!known.includes(context)) {
      throw new PortForwardError(
        `${title}: the kubeconfig has no context ${JSON.stringify(context)}. It has: ${known.join(", ") || "none"}.`,
      );
    }
    config.setCurrentContext(context);
  }
  return config;
}

function read(config: KubeConfig, kubeconfig: string | undefined): void {
  if (kubeconfig === undefined) config.loadFromDefault();
  else if (isContent(kubeconfig)) config.loadFromString(kubeconfig);
  else config.loadFromFile(kubeconfig);
}

/** A kubeconfig is YAML of several lines, or JSON; anything else is a path. */
function isContent(kubeconfig: string): boolean {
  return kubeconfig.includes("\n") || kubeconfig.trimStart().startsWith("{");
}

function unreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  return code === undefined
    ? `the kubeconfig is not valid. Check it with: kubectl config view`
    : `the kubeconfig cannot be read (${code}). Give its content or the path of a file, or set KUBECONFIG.`;
}

/** Base address of the chosen cluster's API server, without a slash at the end. Throws `PortForwardError`. */
export function findServer(config: KubeConfig, title: string): string {
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new PortForwardError(
      `${title}: the kubeconfig has no current context with a cluster. Set one with kubectl config use-context, or name ` +
        `the context in "portForward.context".`,
    );
  }
  if (!cluster.server.startsWith("https://")) {
    throw new PortForwardError(
      `${title}: no kubeconfig names an API server with https (found ${cluster.server}). Set KUBECONFIG, or give ` +
        `"portForward.kubeconfig".`,
    );
  }
  return cluster.server.replace(/\/+$/, "");
}
