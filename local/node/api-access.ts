import { readFileSync } from "node:fs";
import type { ApiAccess } from "../platform/kubeconfig";
import { apiServerUrl } from "../platform/kubernetes-engines";
import { nodePorts } from "./addresses";
import type { NodeFolders } from "./folders";

/** How the node's API server is reached, from inside of its namespace. Needs a node that was started before. */
export function nodeAccess(folders: NodeFolders, authorityFile: string): ApiAccess {
  const [token = ""] = JSON.parse(readFileSync(folders.secrets, "utf8")) as string[];
  return { url: apiServerUrl(nodePorts), authority: readFileSync(authorityFile, "utf8"), token };
}
