import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process as recorded on disk. `startedAt` tells it from a later process that was given the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

/** The identity of a live process, or undefined when there is none with this pid (a zombie counts as none). */
export function tryIdentify(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === "linux" ? startOnLinux(pid) : startElsewhere(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** True when the recorded process still runs. A foreign process that has its pid by now does not count. */
export function isRunning(recorded: ProcessIdentity): boolean {
  return tryIdentify(recorded.pid)?.startedAt === recorded.startedAt;
}

// Field 3 is the state, field 22 the start in clock ticks since boot; the name in field 2 may hold blanks and brackets.
function startOnLinux(pid: number): string | undefined {
  const stat = tryRead(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${fields[19]}`;
}

function startElsewhere(pid: number): string | undefined {
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
  } catch (error) {
    if (typeof (error as { status?: unknown }).status === "number") return undefined;
    throw error;
  }
}

function tryRead(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
