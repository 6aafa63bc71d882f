import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { goSettings, type BuildContext } from "./build";

/** A Go module on this machine. */
export interface DownloadedModule {
  readonly folder: string;
  /** With its `v`. */
  readonly version: string;
}

/**
 * Downloads Go modules that `local/go/<family>/go.mod` pins, without building anything, and returns them by name.
 * Rejects with what the Go client said; the code is ENOENT where there is none.
 */
export async function downloadModules(
  family: string,
  names: readonly string[],
  context: BuildContext,
): Promise<ReadonlyMap<string, DownloadedModule>> {
  const { stdout } = await promisify(execFile)("go", ["mod", "download", "-json", ...names], {
    cwd: path.join(context.modules, family),
    env: { ...context.environment, ...goSettings },
    signal: context.signal,
  });
  // One JSON object after another, each ending with a brace at the start of a line.
  const modules = stdout.split(/(?<=^\}\n)/m).filter((part) => part.trim() !== "");
  const described = modules.map((part) => JSON.parse(part) as { Path: string; Dir: string; Version: string });
  return new Map(described.map(({ Path, Dir, Version }) => [Path, { folder: Dir, version: Version }]));
}
