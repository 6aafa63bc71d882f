import { execFile } from "node:child_process";
import * as path from "node:path";
import { projectRoot } from "../support/project-root";

/** How a command ended, and what it wrote. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** Runs `agyn-net` in its own process, without a terminal; `input` is what it finds on its standard input. */
export function runCommand(args: readonly string[], folder = projectRoot, input = ""): Promise<Ended> {
  const main = path.join(projectRoot, "dist", "cli", "main.js");
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...args], { cwd: folder }, (_, out, errors) =>
      resolve({ code: child.exitCode ?? -1, out, errors }),
    );
    child.stdin?.end(input);
  });
}
