import { LocalError } from "./local-error";
import { tryLock } from "./lock";
import type { PlatformFolders } from "./platform/folders";

/** Another command is using the platform; names it and its pid. */
export class BusyError extends LocalError {}

/** Runs something that changes the platform while no other command does. Throws BusyError when one does. */
export async function exclusively<T>(folders: PlatformFolders, purpose: string, run: () => Promise<T>): Promise<T> {
  const attempt = tryLock(folders.lock, purpose);
  if (!attempt.held) {
    const { purpose: other, pid, since } = attempt.by;
    throw new BusyError(
      `\`${other}\` (pid ${pid}, since ${since}) is using this platform: wait for it, or end it first`,
    );
  }
  try {
    return await run();
  } finally {
    attempt.release();
  }
}
