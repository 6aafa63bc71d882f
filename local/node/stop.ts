import { existsSync, rmSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runningProcesses, stopProcesses, type ProcessRecord } from "../platform/processes";
import { tryIdentify } from "../running";
import { runtimeSocket, type NodeFolders } from "./folders";
import { hasCgroup, processesOf, removeCgroup } from "./host/cgroups";
import { restoreKernelSettings } from "./host/kernel-settings";
import { readMounts, unmountBelow } from "./host/mounts";
import { hasNetworkNamespace, processesInside, removeNetworkNamespace } from "./host/network-namespace";
import { findPodNamespaces, findShims, removeConnectionNotes } from "./host/pod-leftovers";
import { removeAbsentFolders } from "./host/shared-folders";
import { NodeError } from "./node-error";
import { ContainerRuntime } from "./runtime";

const endSeconds = 10;

/** Where the machine's state before the node is kept while it runs. */
export function machineNotes({ names }: NodeFolders) {
  return {
    kernel: path.join(names.runFolder, "kernel-settings.json"),
    folders: path.join(names.runFolder, "absent-folders.json"),
  };
}

/**
 * Ends the node and takes away everything of it outside of its state folder, however an earlier run ended. Returns the
 * names of the processes that ran. Throws NodeError when something does not end.
 */
export async function stopNode(folders: NodeFolders, onStep: (what: string) => void): Promise<readonly string[]> {
  const running = runningProcesses(folders);
  const named = (names: readonly string[]): ProcessRecord[] => running.filter(({ name }) => names.includes(name));
  // The kubelet would start again what ends; the API server writes to etcd until its end.
  onStep("ending the kubelet");
  await stopProcesses(named(["kubelet"]), folders);
  onStep("ending the pods");
  if (named(["containerd"]).length > 0) await removePods(folders);
  onStep("ending the engines");
  const last = ["kubelet", "etcd"];
  await stopProcesses(
    running.filter(({ name }) => !last.includes(name)),
    folders,
  );
  await stopProcesses(named(["etcd"]), folders);
  await sweep(folders);
  return running.map(({ name }) => name);
}

/** What is left of a node outside of its state folder, one line each; none after a stop. */
export function findNodeLeftovers({ names, root }: NodeFolders): readonly string[] {
  return [
    ...(hasNetworkNamespace(names) ? [`network namespace ${names.networkNamespace}`] : []),
    ...findPodNamespaces(names).map((name) => `network namespace ${name} of a pod`),
    ...findShims(names).map((pid) => `shim ${pid}`),
    ...(hasCgroup(names.cgroup) ? [`control group ${names.cgroup}`] : []),
    ...[root, names.runFolder].flatMap(readMounts).map((point) => `mount ${point}`),
    ...(existsSync(names.runFolder) ? [`folder ${names.runFolder}`] : []),
  ];
}

// A pod that the runtime cannot end any more is ended without it, by the sweep.
async function removePods({ names }: NodeFolders): Promise<void> {
  const runtime = new ContainerRuntime(runtimeSocket(names));
  try {
    const pods = await runtime.listPods();
    await Promise.allSettled(pods.map((id) => runtime.removePod(id)));
  } catch {
    // It does not answer: the same.
  } finally {
    runtime.close();
  }
}

async function sweep(folders: NodeFolders): Promise<void> {
  const { names, root } = folders;
  const pods = findPodNamespaces(names);
  await endByForce(() => [...processesOf(names.cgroup), ...findShims(names), ...processesInside(names)]);
  for (const name of pods) removeNetworkNamespace(name);
  for (const folder of [root, names.runFolder]) unmountBelow(folder);
  removeNetworkNamespace(names.networkNamespace);
  removeConnectionNotes(names);
  removeCgroup(names.cgroup);
  const notes = machineNotes(folders);
  restoreKernelSettings(notes.kernel);
  removeAbsentFolders(notes.folders, names);
  rmSync(names.runFolder, { recursive: true, force: true });
}

async function endByForce(find: () => readonly number[]): Promise<void> {
  for (const end = Date.now() + endSeconds * 1000; ; await sleep(100)) {
    const left = find().filter((pid) => tryIdentify(pid) !== undefined);
    if (left.length === 0) return;
    if (Date.now() > end) throw new NodeError(`processes of the node do not end: ${left.join(", ")}`);
    for (const pid of left) kill(pid);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
