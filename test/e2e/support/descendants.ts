import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { tryIdentify } from "../../../local/running";

/** A live process, and its command line. */
export interface LiveProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** The live processes below a process, nearest first. Linux only; elsewhere there are none. */
export function descendantsOf(pid: number): readonly LiveProcess[] {
  const all = liveProcesses();
  const below = (parent: number): readonly LiveProcess[] => {
    const children = all.filter((process_) => process_.parent === parent);
    return [...children, ...children.flatMap((child) => below(child.pid))];
  };
  return below(pid);
}

/** The live processes that name a folder in their command line or environment. Linux only. */
export function processesIn(folder: string): readonly LiveProcess[] {
  return liveProcesses().filter(
    ({ pid, command }) => command.includes(folder) || readProcess(pid, "environ").includes(folder),
  );
}

function liveProcesses(): readonly LiveProcess[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && tryIdentify(pid) !== undefined)
    .map((pid) => ({ pid, parent: parentOf(pid), command: readProcess(pid, "cmdline").replaceAll("\0", " ") }));
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(readProcess(pid, "status"))?.[1]);
}

// A process may end between the listing and the reading, and those of others may not be read.
function readProcess(pid: number, file: string): string {
  try {
    return readFileSync(path.join("/proc", String(pid), file), "utf8");
  } catch (error) {
    if (["ENOENT", "ESRCH", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return "";
    throw error;
  }
}
