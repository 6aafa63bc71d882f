import * as path from "node:path";
import { tryReadText } from "../../files";
import type { EngineProcess } from "../../platform/processes";
import type { NodeFolders } from "../folders";
import type { NodePart } from "../parts";

/** What a stand-in writes once it acts. */
export const actingLine = "acting";

/** A stand-in for what a cloud gives a cluster, as a process of its own. */
export function standInProcess(part: Exclude<NodePart, "network-policies">, folders: NodeFolders): EngineProcess {
  const log = path.join(folders.logs, `${part}.log`);
  return {
    name: part,
    command: process.execPath,
    args: [path.join(__dirname, "main.js"), folders.root, part],
    whyNotReady: () =>
      Promise.resolve(tryReadText(log)?.startsWith(actingLine) ? undefined : "it has not looked at the cluster yet"),
    deadline: 60,
  };
}
