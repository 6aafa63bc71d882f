import { ClientOptions, ControllerClient } from "../../openziti/client/client";
import { CancelledError } from "../../openziti/client/errors";
import { Clock } from "../../openziti/client/retry";
import { Credential } from "../../openziti/client/session";
import type { Cluster } from "../../openziti/client/transport";
import { administrator, tlsFixtures } from "./contract-double";

/** A clock that never waits: sleeping moves it on. `slept` lists the waits in milliseconds. */
export function fakeClock(): Clock & { readonly slept: number[] } {
  let now = 0;
  const slept: number[] = [];
  const sleep = (ms: number, signal: AbortSignal) => {
    if (signal.aborted) return Promise.reject(new CancelledError());
    slept.push(ms);
    now += ms;
    return Promise.resolve();
  };
  return { now: () => now, sleep, random: () => 0.5, slept };
}

/** A client of a server on loopback, as the administrator of the doubles, that does not wait between attempts. */
export function clientOf(
  url: string,
  given: { endpoint?: Partial<Cluster>; credential?: Credential } & ClientOptions = {},
): ControllerClient {
  const { endpoint, credential = { method: "password", ...administrator }, ...options } = given;
  return new ControllerClient({ urls: url.split(","), ca: tlsFixtures.ca, ...endpoint }, credential, {
    clock: fakeClock(),
    ...options,
  });
}
