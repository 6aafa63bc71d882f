import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const leftovers = new Set<() => void>();
process.once("exit", () => leftovers.forEach((remove) => remove()));
// An interrupted run ends with a signal, which by itself lets nobody clean up.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => process.exit(128 + os.constants.signals[signal]));
}

/** Has something removed should the process end first; the function it returns takes that back. */
export function removeAtExit(remove: () => void): () => void {
  leftovers.add(remove);
  return () => leftovers.delete(remove);
}

/** A new folder for files of one run. */
export interface TemporaryFolder {
  readonly path: string;
  /** Deletes it with everything inside. */
  remove(): void;
}

/** Makes a folder that does not outlive the process. */
export function createTemporaryFolder(prefix: string): TemporaryFolder {
  const folder = mkdtempSync(path.join(os.tmpdir(), prefix));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const forget = removeAtExit(remove);
  return {
    path: folder,
    remove: () => {
      remove();
      forget();
    },
  };
}
