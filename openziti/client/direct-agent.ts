import * as https from "node:https";
import type { Duplex } from "node:stream";
import { type ConnectLimit, limitHandshake } from "./connect-limit";

/** HTTPS connections to an address that has to take them in time. */
export class DirectAgent extends https.Agent {
  constructor(
    private readonly limit: ConnectLimit,
    options: https.AgentOptions,
  ) {
    super(options);
  }

  override createConnection(
    options: https.RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const socket = super.createConnection(options, callback);
    return socket && limitHandshake(socket, this.limit);
  }
}
