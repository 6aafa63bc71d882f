import * as https from "node:https";
import { CancelledError, ClientError, ProtocolError, UnreachableError } from "./errors";
import { DirectAgent } from "./direct-agent";
import { noPatience, PortForward, type PortForwardTarget } from "./port-forward";
import { PortForwardAgent } from "./port-forward/agent";
import { tryFindTlsError } from "./tls";

/** Where the controller is and how TLS with it is verified. All texts are PEM. */
export interface Endpoint extends Peer {
  /** For example `https://127.0.0.1:1281`; a path in it is ignored. */
  readonly url: string;
  /** Go through the Kubernetes API server to this port instead of connecting to the address, which still names the TLS peer. */
  readonly portForward?: PortForwardTarget;
  /** Others can be asked instead, so it is given up within seconds. Default false: it may take its time to start. */
  readonly hasPeers?: boolean;
}

/** Where the controllers of one cluster are; TLS with each is verified alike. */
export interface Cluster extends Peer {
  /** Addresses like that of an endpoint, at least one. */
  readonly urls: readonly string[];
  /** For each address its way through the Kubernetes API server. Default: all are connected to. */
  readonly portForwards?: readonly PortForwardTarget[];
}

/** How TLS with a controller is verified. */
interface Peer {
  /** Default: the authorities Node.js trusts. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** The way to each controller of a cluster, in the order of its addresses. */
export function endpointsOf({ urls, portForwards, ...peer }: Cluster): readonly Endpoint[] {
  const hasPeers = urls.length > 1;
  return urls.map((url, index) => ({ ...peer, url, portForward: portForwards?.[index], hasPeers }));
}

/** One request below an API's base path. */
export interface Exchange {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Starts with `/`; already encoded. */
  readonly path: string;
  /** Where the API starts that the path is below. Default: the Edge Management API's base path. */
  readonly base?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An answer of whatever status. `body` is undefined when it was empty or not JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** The header `Retry-After`: whole seconds or a date. */
  readonly retryAfter?: string;
}

/** Base path of the Edge Management API. */
export const basePath = "/edge/management/v1";

const requestTimeoutMs = 30_000;
/** Of a controller with peers: to take a connection, and to say something. */
const peerLimits = { connectMs: 4_000, answerMs: 10_000 } as const;
const maxConnections = 8;
const maxAnswerBytes = 64 * 1024 * 1024;

/**
 * HTTPS to one address over kept-alive connections, at most eight requests in flight. The peer is always verified,
 * whatever the environment says; a controller with peers has less time. Fails with `UnreachableError`, `TlsError`, `PortForwardError` or `CancelledError`.
 */
export class Transport {
  readonly address: string;
  private readonly agent: https.Agent;
  private readonly target: URL;

  constructor(private readonly endpoint: Endpoint) {
    this.target = new URL(endpoint.url);
    this.address = this.target.origin;
    this.agent = agentFor(endpoint);
  }

  /** Sends one request and reads the whole answer; silence for 30 seconds (with peers: 10) ends it. */
  send(exchange: Exchange, signal: AbortSignal): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const fail = (error: unknown) => reject(this.explain(error, signal));
      try {
        this.open(exchange, signal, resolve, fail);
      } catch (error) {
        fail(error); // an unusable PEM text throws before anything is sent
      }
    });
  }

  /** Closes idle connections. */
  close(): void {
    this.agent.destroy();
  }

  private open(
    exchange: Exchange,
    signal: AbortSignal,
    resolve: (answer: Answer) => void,
    fail: (error: unknown) => void,
  ): void {
    const body = exchange.body === undefined ? undefined : Buffer.from(JSON.stringify(exchange.body));
    const { ca, cert, key, hasPeers } = this.endpoint;
    const timeout = hasPeers ? peerLimits.answerMs : requestTimeoutMs;
    const request = https.request(
      {
        agent: this.agent,
        hostname: this.target.hostname.replace(/^\[|\]$/g, ""),
        port: this.target.port || 443,
        method: exchange.method,
        path: (exchange.base ?? basePath) + exchange.path,
        headers: { accept: "application/json", ...exchange.headers, ...contentHeaders(body) },
        ...{ ca, cert, key, rejectUnauthorized: true, signal, timeout },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size > maxAnswerBytes) response.destroy(new ProtocolError(`${this.address} sent more than 64 MiB.`));
        });
        response.on("error", fail);
        const { statusCode = 0, headers } = response;
        const retryAfter = headers["retry-after"];
        response.on("end", () => resolve({ status: statusCode, body: parse(Buffer.concat(chunks)), retryAfter }));
      },
    );
    request.on("timeout", () => request.destroy(new UnreachableError(this.address, "ETIMEDOUT")));
    request.on("error", fail);
    request.end(body);
  }

  private explain(error: unknown, signal: AbortSignal): Error {
    if (signal.aborted) return new CancelledError();
    if (error instanceof ClientError || error instanceof TypeError) return error;
    const code = codeOf(error);
    return tryFindTlsError(this.address, code) ?? new UnreachableError(this.address, code);
  }
}

function agentFor({ url, portForward, hasPeers }: Endpoint): https.Agent {
  const options = { keepAlive: true, maxSockets: maxConnections };
  const limit = hasPeers ? { ms: peerLimits.connectMs, address: new URL(url).origin } : undefined;
  if (portForward === undefined)
    return limit === undefined ? new https.Agent(options) : new DirectAgent(limit, options);
  const patience = hasPeers ? noPatience : undefined;
  return new PortForwardAgent(new PortForward(portForward, { patience }), options, limit);
}

function contentHeaders(body: Buffer | undefined): Record<string, string> {
  return body === undefined ? {} : { "content-type": "application/json", "content-length": String(body.length) };
}

/** Node.js puts the reason into `code`; when it tried several addresses of a host, into the first of `errors`. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" ? code : "connection failed";
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // a proxy's error page: the status is what counts
    throw error;
  }
}
