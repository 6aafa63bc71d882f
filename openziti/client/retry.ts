import { ApiError, CancelledError, NoMemberError, UnreachableError } from "./errors";

/** Time as the client sees it; tests hand in their own. All in milliseconds. */
export interface Clock {
  readonly now: () => number;
  /** Resolves after `ms`, or rejects with `CancelledError` as soon as the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A number in [0, 1): spreads the repetitions of several callers. */
  readonly random: () => number;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: Date.now, sleep, random: Math.random };

/** How long one operation may be repeated, and the waits in between, in milliseconds. */
export interface Patience {
  readonly deadlineMs: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
}

/** Long enough for a controller to restart, short enough that a wrong address is reported while the user still watches. */
export const defaultPatience: Patience = { deadlineMs: 15_000, firstWaitMs: 100, longestWaitMs: 2_000 };

/** The controller is there and cannot do it now; of a cluster another member may. */
export const unavailableStatus = 503;
const busyStatuses: readonly number[] = [429, unavailableStatus];

/** True when the same request may well succeed a moment later: no connection, or the controller says it is busy. */
export function isTransient(error: unknown): boolean {
  if (error instanceof NoMemberError) return error.mayHelp;
  if (error instanceof UnreachableError) return error.code !== "ENOTFOUND";
  return error instanceof ApiError && busyStatuses.includes(error.status);
}

/**
 * Repeats `attempt` while it fails transiently and the deadline has not passed, counted from the first failure: time an
 * attempt spent waiting for a controller to come up is not lost. Waits grow, are spread at random, and are never shorter
 * than the controller asks for: one longer than the deadline ends the operation at once. Fails with the last error of
 * `attempt`, so that the controller's own reason is what the user reads.
 */
export async function withRetries<T>(
  attempt: (repetition: number) => Promise<T>,
  clock: Clock,
  signal: AbortSignal,
  patience: Patience = defaultPatience,
): Promise<T> {
  let deadline: number | undefined;
  for (let repetition = 0; ; repetition++) {
    try {
      return await attempt(repetition);
    } catch (error) {
      deadline ??= clock.now() + patience.deadlineMs;
      const ceiling = Math.min(patience.longestWaitMs, patience.firstWaitMs * 2 ** repetition);
      const wait = Math.max(ceiling * (0.5 + clock.random() / 2), askedWait(error, clock.now()));
      if (!isTransient(error) || clock.now() + wait > deadline) throw error;
      await clock.sleep(wait, signal);
    }
  }
}

/** Milliseconds that the controller, or a proxy before it, asks to be left alone; 0 when it does not say. */
function askedWait(error: unknown, now: number): number {
  const asked = error instanceof ApiError ? error.retryAfter : undefined;
  if (asked === undefined) return 0;
  const ms = /^\d+$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - now;
  return Number.isNaN(ms) ? 0 : ms;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new CancelledError());
    const stop = () => {
      clearTimeout(timer);
      reject(new CancelledError());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}
