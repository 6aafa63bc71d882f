import { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { CancelledError } from "../errors";
import { TunnelError } from "./errors";
import type { Pod } from "./pod";

/** What a tunnel says about itself when it breaks, and when it is to stop. */
interface TunnelContext {
  readonly title: string;
  readonly pod: Pod;
  readonly signal: AbortSignal;
}

const dataChannel = 0;
const errorChannel = 1;
const portBytes = 2;
const normalClosure = 1000;
const longestQuote = 400;

/**
 * One TCP connection to a pod inside a WebSocket of the API server. Both directions heed backpressure. The protocol cannot
 * close one direction alone: after `end()` the other side may still speak, and when it ends, both directions have ended.
 */
export class Tunnel extends Duplex {
  private readonly greeted = new Set<number>();
  private readonly abort = () => this.destroy(new CancelledError());

  constructor(
    private readonly socket: WebSocket,
    private readonly context: TunnelContext,
  ) {
    super({ allowHalfOpen: false });
    socket.on("message", (frame: Buffer) => this.receive(frame));
    socket.on("error", (error) => this.destroy(this.broken("code" in error ? String(error.code) : "EPROTO")));
    socket.on("close", (code) => {
      if (code === normalClosure) this.push(null);
      else this.destroy(this.broken("ECONNRESET"));
    });
    if (context.signal.aborted) this.abort();
    context.signal.addEventListener("abort", this.abort, { once: true });
  }

  override _read(): void {
    this.socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const frame = Buffer.concat([Buffer.of(dataChannel), chunk]);
    this.socket.send(frame, (error) => done(error ? this.broken("EPIPE") : null));
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.context.signal.removeEventListener("abort", this.abort);
    this.socket.terminate();
    done(error);
  }

  /** The first frame of each channel starts with the port's number; everything after it is payload. */
  private receive(frame: Buffer): void {
    const channel = frame[0] ?? errorChannel;
    const payload = frame.subarray(this.greeted.has(channel) ? 1 : 1 + portBytes);
    this.greeted.add(channel);
    if (payload.length === 0) return;
    if (channel !== dataChannel) this.destroy(this.refused(payload.toString("utf8")));
    else if (!this.push(payload)) this.socket.pause();
  }

  private refused(reason: string): Error {
    const { title, pod } = this.context;
    const quoted = reason.replace(/\s+/g, " ").trim().slice(0, longestQuote);
    return this.failure(
      "ECONNREFUSED",
      `${title}: pod ${pod.name} gave no connection to its port ${pod.port}: ${quoted}. Check that the controller runs and ` +
        `listens there: kubectl -n ${pod.namespace} logs ${pod.name}`,
    );
  }

  private broken(code: string): Error {
    const { title, pod } = this.context;
    return this.failure(
      code,
      `${title}: the connection through the API server to pod ${pod.name} broke (${code}). Check that the pod still runs ` +
        `and that no proxy in front of the API server cuts WebSockets.`,
    );
  }

  private failure(code: string, reason: string): Error {
    return this.context.signal.aborted ? new CancelledError() : new TunnelError(this.context.pod.name, code, reason);
  }
}
