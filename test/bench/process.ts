import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import * as os from "node:os";

/** One run of a program that ended by itself. */
export interface Measurement {
  /** Wall clock from spawn to exit. */
  readonly seconds: number;
  readonly stdout: string;
}

/** Runs a command to its end. Rejects with its output when it exits non-zero. */
export function runToEnd(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => {
      const seconds = (performance.now() - started) / 1000;
      if (code === 0) resolve({ seconds, stdout: output.stdout });
      else reject(new Error(`${command} ${args.join(" ")} exited with ${code}\n${output.stdout}${output.stderr}`));
    });
  });
}

/** A server measured at the moment it printed its first line: seconds since spawn, and peak memory. Ends it afterwards. */
export function runToFirstLine(
  command: string,
  args: readonly string[],
): Promise<{ seconds: number; megabytes: number }> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    child.once("error", reject);
    child.stdout.once("data", () => {
      const seconds = (performance.now() - started) / 1000;
      const megabytes = peakMegabytes(child.pid);
      child.once("close", () => resolve({ seconds, megabytes }));
      child.kill("SIGTERM");
    });
  });
}

function peakMegabytes(pid: number | undefined): number {
  if (os.platform() !== "linux" || pid === undefined) return Number.NaN;
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(peak?.[1]) / 1024;
}
