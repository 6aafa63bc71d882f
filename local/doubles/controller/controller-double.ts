import { createPrivateKey } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import type { TLSSocket } from "node:tls";
import { type DoubleCluster, fabricPath } from "./cluster";
import { disconnectRouter, verifyRouter } from "./collections/edge-routers";
import { addTerminator } from "./collections/terminators";
import { enroll, enrollmentPath } from "./enroll";
import { ApiError, unhandled } from "./errors";
import { Fault, Faults, RecordedRequest } from "./faults";
import { Answer, Request, answer } from "./routes";
import { Administrator, seed } from "./seed";
import { Sessions } from "./sessions";
import { Store, newId } from "./store";
import { basePath } from "./version";
import type { World } from "./world";

/** How a controller double is started. */
export interface ControllerDoubleOptions extends Administrator {
  /** Loopback only. Default 127.0.0.1. */
  host?: "127.0.0.1";
  /** Default 0: a free port. */
  port?: number;
  /** PEM texts. The CA is the one client certificates may come from. */
  tls: { cert: string; key: string; ca: string };
  /** JSON file that keeps the objects over a restart; in memory only when absent. */
  stateFile?: string;
  /** Keeps every request in `requests`. Default true; a long-running process sets false. */
  record?: boolean;
  /** The cluster it leads. Default: none. */
  cluster?: DoubleCluster;
}

/** A running controller double, with what tests need to look at it and to disturb it. */
export interface ControllerDouble {
  /** `https://127.0.0.1:port`, without the base path. */
  url: string;
  /** Every request answered so far, oldest first. */
  requests: RecordedRequest[];
  /** Makes the next fitting requests go wrong. */
  addFault(fault: Fault): void;
  /** Takes back faults that have not struck. */
  clearFaults(): void;
  /** Ends every session: the next request of each caller is a 401 UNAUTHORIZED. */
  expireSessions(): void;
  /** Enrolls an edge router: verified and online, its token no longer shown. */
  verifyRouter(id: string): void;
  /** Takes an edge router offline. */
  disconnectRouter(id: string): void;
  /** Hosts a service by an identity at a router, as its pods would. Returns the id of the terminator. */
  host(serviceId: string, hostId: string, routerId: string): string;
  /** Stops listening and drops open connections. */
  close(): Promise<void>;
}

const maxBody = 1024 * 1024;

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBody) throw new ApiError("COULD_NOT_PARSE_BODY", { message: "the body is too large" });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseBody(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ApiError("COULD_NOT_PARSE_BODY", { message: (error as SyntaxError).message });
  }
}

function toErrorAnswer(error: unknown): Answer {
  const known = error instanceof ApiError ? error : unhandled(error instanceof Error ? error.message : String(error));
  const { code, message, reason } = known;
  return {
    status: known.status,
    body: {
      error: { code, message, requestId: newId(), cause: reason },
      meta: { apiVersion: "0.0.1", apiEnrollmentVersion: "0.0.1" },
    },
  };
}

// Mutations are saved before they are answered: what a caller was told survives a restart.
async function handle(world: World, request: Request): Promise<Answer> {
  try {
    if (request.path[0] === enrollmentPath) return await enroll(world, request.body);
    const result = answer(world, request);
    if (request.method !== "GET") world.store.save();
    return result;
  } catch (error) {
    return toErrorAnswer(error);
  }
}

function toRequest(message: IncomingMessage, url: URL): Omit<Request, "body"> {
  const certificate = (message.socket as TLSSocket).getPeerCertificate();
  const below = url.pathname.startsWith(basePath) ? url.pathname.slice(basePath.length) : url.pathname;
  const inFabric = below.startsWith(`/${fabricPath}/`) ? below.slice(fabricPath.length + 1) : undefined;
  const path = (inFabric ?? below).split("/").filter((segment) => segment !== "");
  if (inFabric !== undefined) path.unshift(fabricPath);
  const isOutside = inFabric === undefined && below === url.pathname && below !== "/version" && below !== "/";
  return {
    method: message.method ?? "GET",
    path: isOutside ? [below === enrollmentPath ? below : "outside the API"] : path.map(decodeURIComponent),
    query: url.searchParams,
    token: message.headers["zt-session"] as string | undefined,
    fingerprint: certificate?.fingerprint?.replaceAll(":", "").toLowerCase(),
  };
}

function send(response: ServerResponse, { status, body, token }: Answer): void {
  response.setHeader("content-type", "application/json");
  if (token !== undefined) response.setHeader("zt-session", token);
  if (status === 401) response.setHeader("www-authenticate", 'zt-session realm="zt-session" error="invalid"');
  response.writeHead(status).end(body && JSON.stringify(body));
}

class Exchange {
  constructor(
    private readonly world: World,
    private readonly faults: Faults,
    private readonly requests: RecordedRequest[] | undefined,
    private readonly closing: AbortSignal,
  ) {}

  async run(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(message.url ?? "/", this.world.url);
    const head = toRequest(message, url);
    const entry = {
      method: head.method,
      path: `/${head.path.join("/")}`,
      query: url.search,
      body: undefined as unknown,
      status: 0,
    };
    this.requests?.push(entry);
    const fault = this.faults.tryTake(head.method, head.path[0] ?? "");
    const result = await this.toAnswer(message, head, entry, fault);
    if (result === undefined) {
      message.socket.destroy();
      return;
    }
    entry.status = result.status;
    send(response, result);
  }

  // Undefined stands for a connection that is cut.
  private async toAnswer(
    message: IncomingMessage,
    head: Omit<Request, "body">,
    entry: RecordedRequest,
    fault?: Fault,
  ): Promise<Answer | undefined> {
    try {
      entry.body = parseBody(await readBody(message));
    } catch (error) {
      return toErrorAnswer(error);
    }
    if (fault?.delayMilliseconds !== undefined && !(await this.waits(fault.delayMilliseconds))) return undefined;
    if (fault?.cut === "before") return undefined;
    if (fault?.respond !== undefined) return toErrorAnswer(new ApiError(fault.respond));
    const result = await handle(this.world, { ...head, body: entry.body });
    return fault?.cut === "after" ? undefined : result;
  }

  // False when the double closes first: an answer that nobody can receive must not keep the process running.
  private waits(milliseconds: number): Promise<boolean> {
    return setTimeout(milliseconds, true, { signal: this.closing }).catch(() => false);
  }
}

/** Starts an in-memory OpenZiti controller that speaks the Edge Management API on loopback. */
export async function startControllerDouble(options: ControllerDoubleOptions): Promise<ControllerDouble> {
  const { host = "127.0.0.1", port = 0, tls, stateFile, record = true, cluster } = options;
  const world: World = {
    store: new Store(stateFile),
    sessions: new Sessions(),
    url: `https://${host}`,
    key: createPrivateKey(tls.key),
    cluster,
  };
  const faults = new Faults();
  const requests: RecordedRequest[] = [];
  const closing = new AbortController();
  const exchange = new Exchange(world, faults, record ? requests : undefined, closing.signal);
  const server = https.createServer({ ...tls, requestCert: true, rejectUnauthorized: false }, (message, response) => {
    exchange.run(message, response).catch((error: unknown) => send(response, toErrorAnswer(error)));
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  world.url = `https://${host}:${(server.address() as AddressInfo).port}`;
  seed(world, options);
  return {
    url: world.url,
    requests,
    addFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    expireSessions: () => world.sessions.closeAll(),
    verifyRouter: (id) => verifyRouter(world, id),
    disconnectRouter: (id) => disconnectRouter(world, id),
    host: (serviceId, hostId, routerId) => addTerminator(world, { serviceId, hostId, routerId }),
    async close() {
      closing.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
