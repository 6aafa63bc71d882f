import { spawn } from "node:child_process";
import type { Environment } from "../engines/folders";

/** How a program ended. `code` is undefined when it could not be started or was given up. */
export interface Ran {
  readonly code?: number;
  /** What it wrote to standard output. */
  readonly output: string;
  /** The last lines of what it wrote to standard error, or why it did not end. */
  readonly words: readonly string[];
}

/** How a program is run. */
export interface RunOptions {
  readonly environment: Environment;
  /** Milliseconds until it is given up; no limit by default. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  /** Receives each line of standard error as it comes. */
  readonly onLine?: (line: string) => void;
}

const lastLines = 15;

/** Runs a program of PATH to its end. Never throws: that it is missing is an answer. */
export function runProgram(program: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const { environment, limit, signal, onLine } = options;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: environment,
      signal,
    });
    let [output, errors, failure] = ["", "", ""];
    const timer = limit === undefined ? undefined : setTimeout(() => giveUp(limit), limit);
    const giveUp = (after: number): void => {
      failure = `no answer within ${after / 1000} s`;
      child.kill("SIGKILL");
      // What it started may hold its streams open.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    child.stderr.on("data", (data: Buffer) => {
      errors += data.toString();
      for (const line of linesOf(data.toString())) onLine?.(line);
    });
    child.once("error", (error: NodeJS.ErrnoException) => {
      failure = error.code === "ENOENT" ? `${program} is not on PATH` : error.message;
      if (child.pid === undefined) resolve({ output: "", words: [failure] });
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      const words = [...linesOf(errors).slice(-lastLines), ...(failure === "" ? [] : [failure])];
      resolve({ ...(failure === "" && code !== null && { code }), output, words });
    });
  });
}

function linesOf(text: string): readonly string[] {
  return text
    .split(/[\r\n]+/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
}
