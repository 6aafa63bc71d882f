import { rmSync } from "node:fs";
import { tryReadText, writeWhole } from "../files";
import type { ContainerEngine } from "./answers";
import type { HostPorts } from "./config";
import type { KindFolders } from "./folders";

/** The name of the cluster, as kind knows it. */
export const clusterName = "agyn";

/** The cluster that a state folder made. Only such a cluster is ever removed. */
export interface ClusterRecord {
  readonly name: string;
  readonly containerEngine: ContainerEngine;
  readonly ports: HostPorts;
  /** False while kind makes it: a run that is cut off leaves half a cluster. */
  readonly complete: boolean;
}

/** The record of the cluster; undefined when this state folder has made none. */
export function tryLoadCluster({ cluster }: Pick<KindFolders, "cluster">): ClusterRecord | undefined {
  const text = tryReadText(cluster);
  return text === undefined ? undefined : (JSON.parse(text) as ClusterRecord);
}

/** Keeps the record. */
export function saveCluster({ cluster }: KindFolders, record: ClusterRecord): void {
  writeWhole(cluster, JSON.stringify(record, undefined, 2));
}

/** Forgets the cluster and the stack on it. */
export function forgetCluster({ root }: KindFolders): void {
  rmSync(root, { recursive: true, force: true });
}
