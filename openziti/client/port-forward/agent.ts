import * as https from "node:https";
import type { Duplex } from "node:stream";
import * as tls from "node:tls";
import { type ConnectLimit, openInTime } from "../connect-limit";
import type { PortForward } from ".";

/**
 * HTTPS connections inside port-forwarded ones. TLS runs end to end with the controller: the API server sees ciphertext, and
 * names and certificates are those of the request's URL.
 */
export class PortForwardAgent extends https.Agent {
  /** `limit`: how long a connection may take, the wait for a ready pod included. Default: as long as that wait. */
  constructor(
    private readonly portForward: PortForward,
    options: https.AgentOptions,
    private readonly limit?: ConnectLimit,
  ) {
    super(options);
  }

  override createConnection(
    options: https.RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const secureContext = tls.createSecureContext(options); // throws on unusable PEM texts, before anything is opened
    const signal = options.signal ?? new AbortController().signal;
    const open = () => this.portForward.open(signal);
    const secure = (socket: Duplex) => tls.connect({ ...options, secureContext, socket } as tls.ConnectionOptions);
    const opened = this.limit === undefined ? open().then(secure) : openInTime(this.limit, open, secure);
    opened.then(
      (socket) => callback?.(null, socket),
      (error: Error) => callback?.(error, undefined as never), // the type has no room for a failure
    );
    return undefined;
  }
}
