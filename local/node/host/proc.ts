import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";

/** Every process of the machine, by its id. */
export function listProcesses(): readonly number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0);
}

/** The command line of a process, arguments separated by NUL; empty for one that is gone. */
export function readCommandLine(pid: number): string {
  return unlessGone(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")) ?? "";
}

/** The network namespace that a process is in, as the kernel names it; undefined when it is gone or not ours to see. */
export function tryReadNetworkNamespace(pid: number): string | undefined {
  return unlessGone(() => readlinkSync(`/proc/${pid}/ns/net`));
}

/** The name that the kernel has for the namespace behind a file of /run/netns. */
export function networkNamespaceOf(file: string): string {
  return `net:[${statSync(file).ino}]`;
}

// A process may end between the listing and the reading. Even root may not look into each, and none of those is a node's.
function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (["ENOENT", "ESRCH", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
