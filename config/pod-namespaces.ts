import type { Settings } from "./settings";

/** The namespaces whose pods an installation needs: all but the workloads' own, which hold the agents and are many. */
export function podNamespaces({ namespaces }: Settings): readonly string[] {
  const { platform, ingress, mesh, overlay, certManager } = namespaces;
  return [...new Set([platform, ingress, mesh, overlay, certManager])];
}
