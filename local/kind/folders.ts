import * as path from "node:path";
import { platformFolders, type PlatformFolders } from "../platform/folders";

/** Every file and folder of a stack on a cluster of kind: the layout of a platform, and what only the cluster has. */
export interface KindFolders extends PlatformFolders {
  /** Says that this state folder made the cluster, and how. */
  readonly cluster: string;
  /** What kind is told to make. */
  readonly config: string;
}

/** The layout of the cluster that belongs to a state folder of the local platform. */
export function kindFolders(stateRoot: string): KindFolders {
  const root = path.join(stateRoot, "kind");
  return { ...platformFolders(root), cluster: path.join(root, "cluster.json"), config: path.join(root, "kind.yaml") };
}
