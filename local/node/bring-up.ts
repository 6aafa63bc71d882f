import { spawn } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { provideNodeEngines } from "../bring-up";
import type { LocalContext } from "../context";
import { runningProcesses } from "../platform/processes";
import type { Engines } from "../engines/prepare";
import { renderDuration } from "../stack/report";
import { nodeFolders, type NodeFolders } from "./folders";
import { createCgroup } from "./host/cgroups";
import { keepKernelSettings } from "./host/kernel-settings";
import { createNetworkNamespace, enterArguments, hasNetworkNamespace } from "./host/network-namespace";
import { findProgram, missingForNode, programPath } from "./host/programs";
import { noteAbsentFolders } from "./host/shared-folders";
import { NodeError } from "./node-error";
import { nodeParts, type NodePart } from "./parts";
import { saveNodeRecord } from "./record";
import { machineNotes, stopNode } from "./stop";

/**
 * Makes the node run with these parts: starts what does not run, keeps what does. Throws NodeError, with every reason,
 * when this machine cannot have one. `more`: engines that are kept with the node beside its own.
 */
export async function bringUpNode(
  context: LocalContext,
  without: readonly NodePart[],
  more: Engines = new Map(),
): Promise<NodeFolders> {
  const missing = missingForNode(context.environment);
  if (missing.length > 0) throw new NodeError(missing.join("\n"));
  const { terminal } = context;
  const folders = nodeFolders(context.folders.root);
  const engines = new Map([...(await provideNodeEngines(context)), ...more]);
  const started = Date.now();
  const parts = nodeParts.filter((part) => !without.includes(part));
  const runs = hasNetworkNamespace(folders.names) && runningProcesses(folders).length > 0;
  if (!runs) await prepareMachine(folders, terminal.status);
  saveNodeRecord(folders, engines, parts);
  linkEngines(folders, engines);
  const code = await runInside(folders, [
    process.execPath,
    path.join(__dirname, "start-main.js"),
    context.folders.root,
  ]);
  if (code !== 0) {
    if (!runs) await stopNode(folders, terminal.status);
    throw new NodeError(`the node did not come up; its logs are in ${folders.logs}`);
  }
  terminal.line(`The node is ready after ${renderDuration((Date.now() - started) / 1000)}.`);
  for (const part of without) terminal.line(`  without ${part}`);
  return folders;
}

/** Runs a command in the node's namespace with this terminal and the node's kubeconfig. Returns its exit code. */
export async function runInside(folders: NodeFolders, command: readonly string[]): Promise<number> {
  if (!hasNetworkNamespace(folders.names)) throw new NodeError("no node runs; start it: agyn-net local node up");
  const child = spawn(findProgram("nsenter", process.env), [...enterArguments(folders.names), ...command], {
    stdio: "inherit",
    env: { ...process.env, PATH: `${folders.binaries}:${programPath(process.env)}`, KUBECONFIG: folders.kubeconfig },
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

// For commands inside: kubectl first of all.
function linkEngines({ binaries }: NodeFolders, engines: Engines): void {
  mkdirSync(binaries, { recursive: true });
  for (const { name, path: file } of engines.values()) {
    rmSync(path.join(binaries, name), { force: true });
    symlinkSync(file, path.join(binaries, name));
  }
}

// What an interrupted run left goes first: a name that is taken would stop this one.
async function prepareMachine(folders: NodeFolders, onStep: (what: string) => void): Promise<void> {
  await stopNode(folders, onStep);
  const { names } = folders;
  mkdirSync(names.runFolder, { recursive: true, mode: 0o711 });
  const notes = machineNotes(folders);
  keepKernelSettings(notes.kernel);
  noteAbsentFolders(notes.folders);
  createNetworkNamespace(names);
  createCgroup(names.cgroup);
}
