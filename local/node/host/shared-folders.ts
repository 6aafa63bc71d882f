import { existsSync, readdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { tryReadText, writeWhole } from "../../files";
import type { NodeNames } from "../names";

/** Folders whose place kubelet, runtime and plugins have built in. They hold nothing of worth once the pods are gone. */
const sharedFolders = [
  "/run/containerd",
  "/var/lib/cni",
  "/var/lib/kubelet",
  "/var/log/containers",
  "/opt/containerd",
  "/etc/containerd",
] as const;

/** Notes in a file which of these folders were not there before the node, unless an earlier start did. */
export function noteAbsentFolders(file: string): void {
  if (tryReadText(file) !== undefined) return;
  writeWhole(file, JSON.stringify(sharedFolders.filter((folder) => !existsSync(folder))));
}

/** Removes the folders that only nodes made. While another node runs they stay: it uses them too. */
export function removeAbsentFolders(file: string, { runFolder }: NodeNames): void {
  const prefix = "agyn-node-";
  const own = path.basename(runFolder);
  const others = readdirSync(path.dirname(runFolder)).filter((name) => name.startsWith(prefix) && name !== own);
  const absent = JSON.parse(tryReadText(file) ?? "[]") as string[];
  if (others.length === 0) for (const folder of absent) rmSync(folder, { recursive: true, force: true });
}
