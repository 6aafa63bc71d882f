import { ApiError, fieldError } from "./errors";
import type { Fields } from "./store";

/** A controller of a cluster, as its leader lists it. */
export interface ClusterMember {
  readonly id: string;
  /** `tls:<host>:<port>` of its control plane. */
  readonly address: string;
  readonly connected: boolean;
  readonly voter: boolean;
}

/** The cluster that a double pretends to lead. */
export interface DoubleCluster {
  readonly members: ClusterMember[];
  /** Nodes that run without a cluster and can be reached: id by address. */
  readonly waiting: Map<string, string>;
}

/** Where the API of the fabric starts, as one segment of a request's path. */
export const fabricPath = "fabric/v1";

function led(cluster: DoubleCluster | undefined): DoubleCluster {
  if (cluster === undefined) throw new ApiError("SERVER_NOT_RUNNING_IN_HA_MODE");
  return cluster;
}

/** The members, in the order in which they joined. Refuses where there is no cluster. */
export function listMembers(cluster: DoubleCluster | undefined): readonly Fields[] {
  return led(cluster).members.map((member) => ({ ...member, leader: false, readOnly: false, version: "v2.0.3" }));
}

/** Adds the node that listens at the address in the body; one that belongs to the cluster already stays. */
export function addMember(cluster: DoubleCluster | undefined, { address }: Fields): void {
  const { members, waiting } = led(cluster);
  const shown = String(address);
  if (members.some((member) => member.address === shown)) return;
  const id = waiting.get(shown);
  if (id === undefined) {
    throw fieldError("address", `unable to add cluster member for supplied address: [no peer at ${shown}]`, address);
  }
  waiting.delete(shown);
  members.push({ id, address: shown, connected: true, voter: true });
}
