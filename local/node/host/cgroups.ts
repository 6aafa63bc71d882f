import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync } from "node:fs";
import * as path from "node:path";

const mountPoint = "/sys/fs/cgroup";

/** The folders of a control group: one per hierarchy of version 1, or the one of version 2. */
function cgroupFolders(cgroup: string, mounted: string = mountPoint): readonly string[] {
  if (existsSync(path.join(mounted, "cgroup.controllers"))) return [path.join(mounted, cgroup)];
  return readdirSync(mounted)
    .filter((name) => existsSync(path.join(mounted, name, "cgroup.procs")) && name !== "unified")
    .map((name) => path.join(mounted, name, cgroup));
}

/** Makes a control group for a kubelet, which insists that its root is there. */
export function createCgroup(cgroup: string): void {
  for (const folder of cgroupFolders(cgroup)) mkdirSync(folder, { recursive: true });
}

/** Every process below a control group. */
export function processesOf(cgroup: string): readonly number[] {
  const pids = cgroupFolders(cgroup).flatMap((folder) =>
    tree(folder).flatMap((one) => readFileSync(path.join(one, "cgroup.procs"), "utf8").split("\n")),
  );
  return [...new Set(pids.filter((pid) => pid !== "").map(Number))];
}

/** Removes a control group with all below; its processes have to be gone. */
export function removeCgroup(cgroup: string): void {
  for (const folder of cgroupFolders(cgroup)) for (const one of [...tree(folder)].reverse()) rmdirSync(one);
}

/** True when anything of the control group is left. */
export function hasCgroup(cgroup: string): boolean {
  return cgroupFolders(cgroup).some((folder) => existsSync(folder));
}

// Parents first.
function tree(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const below = readdirSync(folder).map((name) => path.join(folder, name));
  return [folder, ...below.filter((one) => statSync(one).isDirectory()).flatMap(tree)];
}
