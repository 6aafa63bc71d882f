import type { LocalContext } from "../context";
import { runningProcesses } from "../platform/processes";
import { nodeFolders } from "./folders";
import { tryLoadNodeRecord } from "./record";
import { findNodeLeftovers } from "./stop";

/** Says whether the node runs, what it consists of, and how it is reached; or what is left of one that does not. */
export function showNode({ terminal, folders: platform }: LocalContext): void {
  const folders = nodeFolders(platform.root);
  const running = runningProcesses(folders);
  const record = tryLoadNodeRecord(folders);
  if (running.length === 0 || !record) {
    terminal.line("No node runs. Start one: agyn-net local node up");
    for (const left of findNodeLeftovers(folders)) terminal.line(`  left over: ${left}`);
    return;
  }
  for (const { name, version, path } of record.engines)
    terminal.line(`${name.padEnd(27)} ${version.padEnd(9)} ${path}`);
  terminal.line("");
  for (const { name, pid, log } of running) terminal.line(`${name.padEnd(27)} pid ${String(pid).padEnd(8)} ${log}`);
  terminal.line("");
  terminal.line(`parts               ${record.parts.join(", ") || "none"}`);
  showAccess({ terminal, folders: platform });
}

/** Says how the node is reached. */
export function showAccess({ terminal, folders: platform }: Pick<LocalContext, "terminal" | "folders">): void {
  const folders = nodeFolders(platform.root);
  terminal.line(`network namespace   ${folders.names.networkNamespace}`);
  terminal.line(`kubeconfig          ${folders.kubeconfig}  (inside of that namespace)`);
  terminal.line("a command inside    agyn-net local node exec -- kubectl get pods -A");
}
