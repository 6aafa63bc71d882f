import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { projectRoot } from "../support/project-root";
import { formatLine, summarize } from "./figures";
import { runToEnd } from "./process";

const command = path.join(projectRoot, "bin/agyn-net");

/** A chain of releases may be this much longer as a whole run: previews, plugins and what is no release come on top. */
const onTop = 1.2;

/**
 * The bootstrap stack on a real node, images present: first `up` against the longest chain of its own releases, again, destroy.
 * It needs root, `AGYN_CHARTS`, `AGYN_IMAGES` and the node's programs, and is skipped by the name of what is missing.
 */
export async function benchNode(): Promise<string[]> {
  const missing = ["AGYN_CHARTS", "AGYN_IMAGES"].filter((name) => !process.env[name]);
  if (os.platform() !== "linux" || process.getuid?.() !== 0) missing.unshift("root on Linux");
  if (missing.length > 0) return [`stack on a real node: skipped, missing: ${missing.join(", ")}`];
  const state = mkdtempSync(path.join(os.tmpdir(), "agyn-bench-node-"));
  const local = (...args: string[]) => runToEnd(command, ["local", ...args], { AGYN_LOCAL_STATE: state });
  try {
    return await benchStack(local);
  } catch (error) {
    return [`stack on a real node: skipped, ${(error as Error).message.split("\n").slice(0, 3).join(" ")}`];
  } finally {
    await local("node", "down", "--wipe");
    rmSync(state, { recursive: true, force: true });
  }
}

async function benchStack(
  local: (...args: string[]) => Promise<{ readonly seconds: number; readonly stdout: string }>,
): Promise<string[]> {
  const node = await local("node", "up");
  await local("node", "images");
  const memory = megabytesOf((await local("node", "status")).stdout);
  const first = await local("up", "--node");
  const second = await local("up", "--node");
  const destroy = await local("destroy", "--node");
  const chain = Number(/^ *longest chain +([\d.]+) s/m.exec(first.stdout)?.[1] ?? Number.NaN);
  return [
    "stack on a real node, images present",
    line("  node ready", node.seconds, 60),
    formatLine("  node, memory of its programs", summarize([memory]), "MB", 1_500),
    `  longest chain of releases: ${/longest chain +(.*)$/m.exec(first.stdout)?.[1] ?? "not told"}`,
    line("  up", secondsOf(first.stdout), Math.round(chain * onTop)),
    line("  up again", secondsOf(second.stdout), 15),
    `  up again: ${/^up: (.*) in /m.exec(second.stdout)?.[1] ?? "not told"}`,
    line("  destroy", secondsOf(destroy.stdout), 60),
  ];
}

// Proportional set size: what several processes share counts once.
function megabytesOf(status: string): number {
  const pids = [...status.matchAll(/ pid (\d+) /g)].map(([, pid]) => pid ?? "");
  const kilobytes = pids.map((pid) =>
    Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1]),
  );
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024;
}

function line(title: string, seconds: number, target: number): string {
  return formatLine(title, summarize([seconds]), "s", target);
}

/** The time of the operation itself, as its last lines tell it: "up: 122 created in 1 min 20 s". */
function secondsOf(output: string): number {
  const told = /^(?:up|destroy): .* in (?:(\d+) min )?(\d+) s/m.exec(output);
  return told === null ? Number.NaN : Number(told[1] ?? 0) * 60 + Number(told[2]);
}
