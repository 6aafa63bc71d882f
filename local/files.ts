import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";

/** Writes a file in one step (temporary file, then rename): a reader or a killed run never sees half of it. */
export function writeWhole(file: string, contents: string, mode = 0o600): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const partial = `${file}.${process.pid}.partial`;
  writeFileSync(partial, contents, { mode });
  renameSync(partial, file);
}

/** Reads a text file; undefined when there is none. Throws on any other failure. */
export function tryReadText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
