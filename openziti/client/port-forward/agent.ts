import * as https from "node:https";
import type { Duplex } from "node:stream";
import * as tls from "node:tls";
import type { PortForward } from "../port-forward";

/**
 * HTTPS connections inside port-forwarded ones. TLS runs end to end with the controller: the API server sees ciphertext, and
 * names and certificates are those of the request's URL.
 */
export class PortForwardAgent extends https.Agent {
  constructor(
    private readonly portForward: PortForward,
    options: https.AgentOptions,
  ) {
    super(options);
  }

  override createConnection(
    options: https.RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const secureContext = tls.createSecureContext(options); // throws on unusable PEM texts, before anything is opened
    const signal = options.signal ?? new AbortController().signal;
    const opened = this.portForward
      .open(signal)
      .then((socket) => tls.connect({ ...options, secureContext, socket } as tls.ConnectionOptions));
    opened.then(
      (socket) => callback?.(null, socket),
      (error: Error) => callback?.(error, undefined as never), // the type has no room for a failure
    );
    return undefined;
  }
}
