/** HTTP to an API server: JSON in, JSON out, typed errors, small retries. */
import * as http from "node:http";
import * as https from "node:https";
import type { Connection } from "./kubeconfig";
import { textAt } from "./manifest";
import { type Json, type JsonObject, isObject } from "./properties";

/** One request. `path` starts with `/api`; `query` holds only what is sent. */
interface ApiRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: Record<string, string>;
  body?: Json;
  /** Default `application/json`. */
  contentType?: string;
}

/** The API server answered with a Status: `code` is the HTTP status, `reason` the machine-readable cause. */
export class ApiStatusError extends Error {
  override readonly name = "ApiStatusError";
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** No answer from the API server. */
export class ApiUnreachableError extends Error {
  override readonly name = "ApiUnreachableError";
  constructor(server: string, cause: Error & { code?: string }) {
    const why = cause.code ?? cause.message;
    super(
      `the API server at ${server} cannot be reached (${why}): ` +
        "check that the cluster runs and that kubeconfig and context name it",
    );
  }
}

/** Waits; rejects when the operation is cancelled. Handed in so that a test need not wait. */
export type Pause = (milliseconds: number) => Promise<void>;

interface Answer {
  code: number;
  text: string;
}

const retryDelays = [200, 400, 800];
// The server did not act on such a request: "too many requests", and "unavailable" while it starts.
const isBusy = (answer: Answer): boolean => answer.code === 429 || answer.code === 503;

function parseBody(text: string): Json {
  return text === "" ? {} : (JSON.parse(text) as Json);
}

function toStatusError({ code, text }: Answer): ApiStatusError {
  // A proxy or an authenticator may answer with plain text.
  const status = text.trimStart().startsWith("{") ? parseBody(text) : { message: text };
  const object = isObject(status) ? status : {};
  return new ApiStatusError(code, textAt(object, "reason"), textAt(object, "message") || `HTTP status ${code}`);
}

/** A connection to one API server. */
export class ApiClient {
  private readonly agent: http.Agent;
  private readonly base: URL;

  constructor(
    private readonly connection: Connection,
    private readonly pause: Pause,
  ) {
    this.base = new URL(connection.server);
    const { ca, cert, key, skipTlsVerify, serverName } = connection;
    // Idle sockets go before the API server closes them under a request (90 s).
    const pool = { keepAlive: true, maxSockets: 32, timeout: 30_000 };
    const tls = { ca, cert, key, rejectUnauthorized: !skipTlsVerify, servername: serverName };
    this.agent = this.base.protocol === "https:" ? new https.Agent({ ...pool, ...tls }) : new http.Agent(pool);
  }

  /** Sends the request. Throws ApiStatusError or ApiUnreachableError. */
  async send(request: ApiRequest): Promise<JsonObject> {
    let answer = await this.exchange(request);
    for (const delay of retryDelays) {
      if (!isBusy(answer)) break;
      await this.pause(delay);
      answer = await this.exchange(request);
    }
    if (answer.code >= 400) throw toStatusError(answer);
    const body = parseBody(answer.text);
    return isObject(body) ? body : {};
  }

  /** Sends the request; undefined where the API server says "not found". */
  async trySend(request: ApiRequest): Promise<JsonObject | undefined> {
    return this.send(request).catch((error: unknown) => {
      if (error instanceof ApiStatusError && error.code === 404) return undefined;
      throw error;
    });
  }

  private async exchange(request: ApiRequest): Promise<Answer> {
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    try {
      return await this.roundTrip(request, body);
    } catch (error) {
      throw new ApiUnreachableError(this.base.origin, error as Error);
    }
  }

  private roundTrip(request: ApiRequest, body: string | undefined): Promise<Answer> {
    const url = new URL(this.base.pathname.replace(/\/$/, "") + request.path, this.base);
    for (const [key, value] of Object.entries(request.query ?? {})) url.searchParams.set(key, value);
    const headers: http.OutgoingHttpHeaders = { accept: "application/json", "user-agent": "agyn-networking-local" };
    if (body !== undefined) {
      headers["content-type"] = request.contentType ?? "application/json";
      // Node sends no length with DELETE by itself, and the API server then reads no body.
      headers["content-length"] = Buffer.byteLength(body);
    }
    if (this.connection.authorization !== undefined) headers.authorization = this.connection.authorization;
    const { request: open } = this.base.protocol === "https:" ? https : http;
    return new Promise((resolve, reject) => {
      const outgoing = open(url, { method: request.method, headers, agent: this.agent }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => resolve({ code: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      });
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }
}
