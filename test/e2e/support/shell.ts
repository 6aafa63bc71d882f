import { type ChildProcess, execFile, spawn } from "node:child_process";
import { projectRoot } from "../../support/project-root";
import type { CommandResult } from "./local-platform";

/** Runs a command line in a shell, from the root of the clone unless told otherwise, and returns how it ended. */
export function runInShell(
  commandLine: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  folder: string = projectRoot,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: environment, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile("/bin/sh", ["-c", commandLine], options, (_error, output, errors) =>
      resolve({ code: child.exitCode, output: `${output}${errors}` }),
    );
  });
}

/** Starts a command line in a shell, from the root of the clone. */
export function startInShell(commandLine: string): ChildProcess {
  return spawn("/bin/sh", ["-c", commandLine], { cwd: projectRoot, stdio: ["ignore", "pipe", "pipe"] });
}
