import type { Duplex } from "node:stream";
import * as tls from "node:tls";
import { UnreachableError } from "./errors";

/** How long an address has to take a connection, in milliseconds, and how it is called in errors. */
export interface ConnectLimit {
  readonly ms: number;
  readonly address: string;
}

/** Ends a connection whose TLS is not established in time. Returns the same socket. */
export function limitHandshake<T extends Duplex>(socket: T, { ms, address }: ConnectLimit): T {
  const timer = setTimeout(() => socket.destroy(new UnreachableError(address, "ETIMEDOUT")), ms);
  const stop = () => clearTimeout(timer);
  socket.once("secureConnect", stop).once("close", stop);
  return socket;
}

/**
 * Opens a connection by `open` and TLS in it by `secure`, both together in time. What is opened too late is closed. Fails
 * with `UnreachableError`, or as `open` does.
 */
export async function openInTime(
  limit: ConnectLimit,
  open: () => Promise<Duplex>,
  secure: (socket: Duplex) => tls.TLSSocket,
): Promise<tls.TLSSocket> {
  const started = Date.now();
  const opening = open();
  const socket = await firstInTime(opening, limit);
  return limitHandshake(secure(socket), { ...limit, ms: limit.ms - (Date.now() - started) });
}

async function firstInTime(opening: Promise<Duplex>, { ms, address }: ConnectLimit): Promise<Duplex> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      opening.then(
        (socket) => socket.destroy(),
        () => undefined, // that it is late is the failure that was told
      );
      reject(new UnreachableError(address, "ETIMEDOUT"));
    }, ms);
  });
  try {
    return await Promise.race([opening, late]);
  } finally {
    clearTimeout(timer);
  }
}
