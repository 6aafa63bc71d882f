import * as pulumi from "@pulumi/pulumi";
import type { ClusterName } from "../../access/model/cluster-names";
import { renderRewrites } from "../../access/render/cluster-dns-lines";
import * as openziti from "../../openziti/resources";

/** Who gives the cluster's DNS the lines, and where. `none`: nobody. `external`: the operator has. */
export type ClusterDnsMode = "none" | "external" | openziti.ClusterDnsArgs["mode"];

/** The cluster whose DNS it is. */
export interface ClusterDnsOptions {
  readonly mode: ClusterDnsMode;
  readonly cluster: openziti.ClusterChoiceArgs;
}

/** The lines, for whoever adds them by hand, and what has to be there before anybody relies on them. */
interface ClusterDnsResult {
  readonly lines: readonly string[];
  readonly ready: readonly pulumi.Resource[];
}

/**
 * Makes pods reach our public names inside of the cluster, beside what others wrote for CoreDNS. Where the program cannot,
 * a preview already fails with the lines to add.
 */
export function createClusterDns(
  name: string,
  { mode, cluster }: ClusterDnsOptions,
  names: readonly ClusterName[],
  opts: pulumi.CustomResourceOptions,
): ClusterDnsResult {
  const lines = renderRewrites(names);
  if (mode === "none" || mode === "external" || names.length === 0) return { lines, ready: [] };
  const provider = new openziti.ClusterProvider(`${name}-cluster`, cluster, { parent: opts.parent });
  const dns = new openziti.ClusterDns(`${name}-cluster-dns`, { mode, lines }, pulumi.mergeOptions(opts, { provider }));
  return { lines, ready: [dns] };
}
