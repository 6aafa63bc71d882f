import type { ClusterName } from "../model/cluster-names";

/** CoreDNS lines that answer each name with the address of its Service. */
export function renderRewrites(names: readonly ClusterName[]): readonly string[] {
  return names.map(({ name, service }) => `rewrite name exact ${name} ${service}`);
}
