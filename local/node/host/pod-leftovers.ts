import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { networkNamespaces, type NodeNames } from "../names";
import { processesOf } from "./cgroups";
import { listProcesses, networkNamespaceOf, readCommandLine, tryReadNetworkNamespace } from "./proc";

/** Where the library of the CNI plugins notes each connection, whatever the runtime's own folders are. */
const connectionNotes = "/var/lib/cni/results";

/** The shims of the node's runtime: processes that stand between it and a container, and outlive it. */
export function findShims({ runFolder }: NodeNames): readonly number[] {
  return listProcesses().filter((pid) => isShimOf(runFolder, readCommandLine(pid)));
}

/** True for the command line (arguments separated by NUL) of a shim whose runtime keeps its socket in the folder. */
export function isShimOf(runFolder: string, commandLine: string): boolean {
  const [command = "", ...args] = commandLine.split("\0");
  return path.basename(command).startsWith("containerd-shim") && args.some((arg) => arg.startsWith(`${runFolder}/`));
}

/** The network namespaces of the node's pods, by name: those its processes are in, and those the plugins noted. */
export function findPodNamespaces(names: NodeNames): readonly string[] {
  const used = new Set(processesOf(names.cgroup).map((pid) => tryReadNetworkNamespace(pid)));
  const all = existsSync(networkNamespaces) ? readdirSync(networkNamespaces) : [];
  const pods = all.filter((name) => name.startsWith("cni-"));
  const noted = notesOf(names).map((file) => readFileSync(file, "utf8"));
  return pods.filter(
    (name) =>
      used.has(networkNamespaceOf(path.join(networkNamespaces, name))) ||
      noted.some((note) => note.includes(`/netns/${name}"`)),
  );
}

/** Removes the notes on the node's pods. */
export function removeConnectionNotes(names: NodeNames): void {
  for (const file of notesOf(names)) rmSync(file, { force: true });
}

function notesOf({ podNetwork }: NodeNames): readonly string[] {
  if (!existsSync(connectionNotes)) return [];
  const own = readdirSync(connectionNotes).filter((name) => name.startsWith(`${podNetwork}-`));
  return own.map((name) => path.join(connectionNotes, name));
}
