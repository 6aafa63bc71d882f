import { randomBytes } from "node:crypto";
import { tryReadText, writeWhole } from "../files";
import { renderKubeconfig } from "../platform/kubeconfig";
import { apiServerUrl } from "../platform/kubernetes-engines";
import { nodeName, nodePorts } from "./addresses";
import type { NodeFolders } from "./folders";
import * as path from "node:path";

/** Who asks the API server: the person (and the engines that act for everybody), and the kubelet with its own rights. */
interface NodeUser {
  readonly name: string;
  readonly group: string;
  readonly kubeconfig: string;
}

/** The kubeconfig of the kubelet. */
export function kubeletKubeconfig({ settings }: NodeFolders): string {
  return path.join(settings, "kubelet.kubeconfig");
}

function usersOf(folders: NodeFolders): readonly NodeUser[] {
  return [
    { name: "agyn-local-admin", group: "system:masters", kubeconfig: folders.kubeconfig },
    { name: `system:node:${nodeName}`, group: "system:nodes", kubeconfig: kubeletKubeconfig(folders) },
  ];
}

/** Writes the tokens of the API server and a kubeconfig for each user; tokens are made once. Returns the person's. */
export function writeUsers(folders: NodeFolders, authority: string): string {
  const tokens = ensureTokens(folders);
  const users = usersOf(folders).map((user, index) => ({ ...user, token: tokens[index] ?? "" }));
  writeWhole(folders.tokens, users.map(({ token, name, group }) => `${token},${name},${name},"${group}"\n`).join(""));
  const url = apiServerUrl(nodePorts);
  for (const { token, kubeconfig } of users) writeWhole(kubeconfig, renderKubeconfig({ url, authority, token }));
  return users[0]?.token ?? "";
}

function ensureTokens(folders: NodeFolders): readonly string[] {
  const text = tryReadText(folders.secrets);
  if (text !== undefined) return JSON.parse(text) as string[];
  const tokens = usersOf(folders).map(() => randomBytes(24).toString("base64url"));
  writeWhole(folders.secrets, JSON.stringify(tokens));
  return tokens;
}
