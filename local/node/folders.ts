import * as path from "node:path";
import { platformFolders, type PlatformFolders } from "../platform/folders";
import { nodeNames, type NodeNames } from "./names";

/** Every file and folder of a node: the layout of a platform, and what only real pods need. */
export interface NodeFolders extends PlatformFolders {
  readonly names: NodeNames;
  /** What the node is made of, as its last start decided. */
  readonly node: string;
  /** Files written for the engines at every start. */
  readonly settings: string;
  readonly containers: string;
  readonly kubelet: string;
  readonly podLogs: string;
  /** Data of volumes, one folder each. */
  readonly volumes: string;
  readonly registry: string;
  /** Images as they are packed, before the registry has them. */
  readonly images: string;
}

/** The layout of the node that belongs to a state folder of the local platform. */
export function nodeFolders(stateRoot: string): NodeFolders {
  const root = path.join(stateRoot, "node");
  const at = (name: string): string => path.join(root, name);
  return {
    ...platformFolders(root),
    names: nodeNames(root),
    node: at("node.json"),
    settings: at("settings"),
    containers: at("containerd"),
    kubelet: at("kubelet"),
    podLogs: at("pod-logs"),
    volumes: at("volumes"),
    registry: at("registry"),
    images: at("images"),
  };
}

/** The runtime's socket. In the run folder: a socket's path may have 107 characters, a state folder's may be longer. */
export function runtimeSocket({ runFolder }: NodeNames): string {
  return path.join(runFolder, "containerd", "containerd.sock");
}
