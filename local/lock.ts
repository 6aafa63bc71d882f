import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { tryReadText } from "./files";
import { isRunning, tryIdentify, type ProcessIdentity } from "./running";

/** Who holds a lock: a live process and what it is doing. */
interface LockHolder extends ProcessIdentity {
  readonly purpose: string;
  readonly since: string;
}

/** The outcome of asking for a lock: held now (call `release` when done), or held by somebody else. */
type LockAttempt =
  { readonly held: true; readonly release: () => void } | { readonly held: false; readonly by: LockHolder };

/**
 * Takes a lock file for this process. A lock whose process is gone (a killed run) is taken over.
 * The file is linked into place complete, so nobody reads half of it.
 */
export function tryLock(file: string, purpose: string): LockAttempt {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify(describeSelf(purpose)), { mode: 0o600 });
  try {
    for (;;) {
      if (linkIfFree(own, file)) return { held: true, release: () => rmSync(file, { force: true }) };
      const holder = tryReadHolder(file);
      if (holder && isRunning(holder)) return { held: false, by: holder };
      removeStale(file);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** Takes a lock, polling until its holder lets go. `onWait` is told once who holds it. */
export async function waitForLock(
  file: string,
  purpose: string,
  onWait: (holder: LockHolder) => void,
  pollMilliseconds = 500,
): Promise<() => void> {
  for (let told = false; ; told = true) {
    const attempt = tryLock(file, purpose);
    if (attempt.held) return attempt.release;
    if (!told) onWait(attempt.by);
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
}

/** The live holder of a lock, or undefined. */
export function tryFindHolder(file: string): LockHolder | undefined {
  const holder = tryReadHolder(file);
  return holder && isRunning(holder) ? holder : undefined;
}

function describeSelf(purpose: string): LockHolder {
  const self = tryIdentify(process.pid);
  if (!self) throw new Error(`process ${process.pid} cannot read its own start time, which locks need`);
  return { ...self, purpose, since: new Date().toISOString() };
}

function linkIfFree(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

// Moved aside first: of two runs that both found the lock stale only one moves it. What was moved is looked at again,
// because in between another run may have taken the lock; then it is put back.
function removeStale(file: string): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const moved = tryReadHolder(aside);
  if (moved && isRunning(moved)) linkIfFree(aside, file);
  rmSync(aside, { force: true });
}

function tryReadHolder(file: string): LockHolder | undefined {
  const text = tryReadText(file);
  return text ? (JSON.parse(text) as LockHolder) : undefined;
}
