import type { ControllerClient } from "../client/client";
import { ApiError } from "../client/errors";
import { isTransient } from "../client/retry";
import { RefusedError } from "../engine/errors";
import type { Shape } from "../shape";
import type { Properties } from "../values";

/** Something of an installation that has to have happened before others go on. A changed input waits anew. */
export interface Wait extends Shape {
  /** Returns when it has happened; throws when it has not in time. */
  readonly until: (client: ControllerClient, inputs: Properties) => Promise<void>;
}

/** How long an installation may take to come up, in milliseconds: images, volumes, certificates and name caches. */
export const patienceMs = 300_000;
const pauseMs = 2_000;
/** Of a controller that starts: its API is there before all of it works. */
const startingStatuses: readonly number[] = [500, 502, 504];

/**
 * Looks until `look` finds nothing missing any more. What it returns, or the last failure that a starting installation
 * may well have, is what `explain` gets when time is up. Other failures end the wait at once.
 */
export async function waitUntil(
  client: Pick<ControllerClient, "clock" | "sleep">,
  look: () => Promise<string | undefined>,
  explain: (missing: string) => string,
): Promise<void> {
  const deadline = client.clock.now() + patienceMs;
  for (;;) {
    const missing = await lookOnce(look);
    if (missing === undefined) return;
    if (client.clock.now() + pauseMs > deadline) throw new RefusedError(explain(missing));
    await client.sleep(pauseMs);
  }
}

async function lookOnce(look: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await look();
  } catch (error) {
    const isStarting = error instanceof ApiError && startingStatuses.includes(error.status);
    if (!(error instanceof Error) || (!isTransient(error) && !isStarting)) throw error;
    return error.message;
  }
}
