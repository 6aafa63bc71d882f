import { createHash } from "node:crypto";
import * as path from "node:path";

/** The names that a node takes on its machine. All follow from its state folder, so that several nodes never meet. */
export interface NodeNames {
  /** The network namespace that everything of the node runs in. */
  readonly networkNamespace: string;
  /** The file by which that namespace is entered. */
  readonly networkNamespaceFile: string;
  /** Sockets and state of the container runtime; gone after a reboot, as the containers are. */
  readonly runFolder: string;
  /** The control group below which every pod runs. */
  readonly cgroup: string;
  /** The network of the pods, as the CNI plugins know it. */
  readonly podNetwork: string;
}

/** Where the kernel keeps named network namespaces. */
export const networkNamespaces = "/run/netns";

/** The names of the node whose state is in `root`. */
export function nodeNames(root: string): NodeNames {
  const name = `agyn-node-${createHash("sha256").update(root).digest("hex").slice(0, 8)}`;
  return {
    networkNamespace: name,
    networkNamespaceFile: path.join(networkNamespaces, name),
    runFolder: path.join("/run", name),
    cgroup: `/${name}`,
    podNetwork: name,
  };
}
