import type { KubeConfig } from "@kubernetes/client-node" with { "resolution-mode": "import" };
import type { IncomingMessage } from "node:http";
import * as https from "node:https";
import type { WebSocket } from "ws";
import { CancelledError, ProtocolError } from "../errors";
import { tryFindTlsError } from "../tls";
import { PortForwardError, TunnelError } from "./errors";
import { type ClusterChoice, findServer, loadKubeConfig } from "./kubeconfig";

const timeoutMs = 30_000;
const maxAnswerBytes = 16 * 1024 * 1024;
const longestQuote = 400;

/** What helps against a refusal, by status. */
export type Advice = Readonly<Record<number, string>>;

/**
 * The API server a kubeconfig names. `title` opens every error, `advice` ends a refusal (default: what a port-forward
 * needs). Throws `PortForwardError`.
 */
export async function loadApiServer(choice: ClusterChoice, title: string, advice = forwardAdvice): Promise<ApiServer> {
  const config = await loadKubeConfig(choice, title);
  return new ApiServer(config, findServer(config, title), title, advice);
}

/** A change of one object. */
export interface Change {
  readonly method: "PATCH" | "DELETE";
  readonly path: string;
  /** Media type of the patch. */
  readonly type?: string;
  readonly body?: object;
}

/**
 * Requests to a Kubernetes API server. Plain `https`, because the client library's own calls cannot be aborted and its
 * WebSockets neither say why the server refused nor heed a timeout; address, TLS and credentials are the library's.
 */
export class ApiServer {
  constructor(
    private readonly config: KubeConfig,
    private readonly server: string,
    private readonly title: string,
    private readonly advice: Advice,
  ) {}

  /** Reads an object. Throws `PortForwardError` when it is refused or absent, `TunnelError` when the server is ailing. */
  async get<T>(path: string, signal: AbortSignal): Promise<T> {
    const { status, text } = await this.exchange({ method: "GET", path }, signal);
    if (status !== 200) throw this.refusal(`GET ${path}`, status, text, []);
    return this.parse<T>(path, text);
  }

  /** Reads an object that need not exist: undefined when there is none. Otherwise throws as `get` does. */
  async tryGet<T>(path: string, signal: AbortSignal): Promise<T | undefined> {
    const { status, text } = await this.exchange({ method: "GET", path }, signal);
    if (status === 404) return undefined;
    if (status !== 200) throw this.refusal(`GET ${path}`, status, text, []);
    return this.parse<T>(path, text);
  }

  /** Makes a change; false when the object was changed by others meanwhile, or is gone. Otherwise throws as `get` does. */
  async change(change: Change, signal: AbortSignal): Promise<boolean> {
    const { status, text } = await this.exchange(change, signal);
    if (status === 409 || status === 404) return false;
    if (status < 200 || status > 299) throw this.refusal(`${change.method} ${change.path}`, status, text, []);
    return true;
  }

  private async exchange({ path, body, ...how }: Sent, signal: AbortSignal): Promise<{ status: number; text: string }> {
    const credentials = await this.credentials();
    const content = body && JSON.stringify(body);
    const headers = { ...credentials.headers, ...(content && contentHeaders(content, how.type)) };
    const options = { ...credentials, headers, method: how.method, signal, timeout: timeoutMs };
    const response = await this.answer(path, options, signal, content);
    return { status: response.statusCode ?? 0, text: await this.readText(response, signal) };
  }

  /** Opens a WebSocket and leaves it paused, so that nothing is lost before the caller listens. Errors as for `get`. */
  async openWebSocket(path: string, protocol: string, signal: AbortSignal): Promise<WebSocket> {
    const [options, { WebSocket }] = [await this.credentials(), await import("ws")];
    if (signal.aborted) throw new CancelledError();
    const socket = new WebSocket(this.server + path, protocol, {
      ...options,
      ...{ signal, handshakeTimeout: timeoutMs, perMessageDeflate: false },
    });
    return new Promise((resolve, reject) => {
      socket.once("open", () => {
        socket.pause();
        resolve(socket);
      });
      socket.on("error", (error) => reject(this.explain(error, signal)));
      socket.once("unexpected-response", (_request, response) => {
        this.readText(response, signal)
          .then((text) => reject(this.refusal(`GET ${path}`, response.statusCode ?? 0, text, [404])), reject)
          .finally(() => socket.terminate());
      });
    });
  }

  private async credentials(): Promise<https.RequestOptions> {
    const options: https.RequestOptions = {};
    try {
      await this.config.applyToHTTPSOptions(options);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new PortForwardError(
        `${this.title}: the kubeconfig's credentials cannot be used (${error.name}). See what kubectl says with the same ` +
          `kubeconfig and context: kubectl auth whoami`,
      );
    }
    return { ...options, rejectUnauthorized: options.rejectUnauthorized ?? true };
  }

  private answer(
    path: string,
    options: https.RequestOptions,
    signal: AbortSignal,
    body?: string,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = https.request(this.server + path, options, resolve);
      request.on("timeout", () => request.destroy(this.unreachable("ETIMEDOUT")));
      request.on("error", (error) => reject(this.explain(error, signal)));
      request.end(body);
    });
  }

  private readText(response: IncomingMessage, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > maxAnswerBytes) response.destroy(new ProtocolError(`${this.title}: an answer exceeds 16 MiB.`));
      });
      response.on("error", (error) => reject(this.explain(error, signal)));
      response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    });
  }

  private parse<T>(path: string, text: string): T {
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new PortForwardError(`${this.title}: ${this.server} answered GET ${path} with something that is not JSON.`);
    }
  }

  private refusal(what: string, status: number, text: string, transient: readonly number[]): Error {
    const reason = `${this.title}: the API server answered ${status} to ${what}: ${quote(text) || "no reason"}.`;
    if (status >= 500 || status === 429 || transient.includes(status)) {
      return new TunnelError(this.server, `HTTP ${status}`, reason);
    }
    return new PortForwardError(`${reason} ${this.advice[status] ?? ""}`.trim());
  }

  private explain(error: Error, signal: AbortSignal): Error {
    if (signal.aborted) return new CancelledError();
    if (error instanceof TunnelError || error instanceof ProtocolError) return error;
    const code = "code" in error ? String(error.code) : "connection failed";
    if (tryFindTlsError(this.server, code) === undefined) return this.unreachable(code);
    return new PortForwardError(
      `${this.title}: no trusted TLS connection to the API server ${this.server} (${code}). Check the cluster's ` +
        `certificate authority and the user's certificate in the kubeconfig.`,
    );
  }

  private unreachable(code: string): TunnelError {
    const reason = `${this.title}: the API server ${this.server} cannot be reached (${code}). Check the kubeconfig and its context.`;
    return new TunnelError(this.server, code, reason);
  }
}

type Sent = Change | { readonly method: "GET"; readonly path: string; readonly type?: string; readonly body?: object };

// Node.js sends a length by itself for some methods only.
function contentHeaders(content: string, type = "application/json"): Record<string, string> {
  return { "content-type": type, "content-length": String(Buffer.byteLength(content)) };
}

const forwardAdvice: Advice = {
  401: "Log in to the cluster again, or name another context.",
  403: "The identity of the kubeconfig needs: get services, list endpointslices, get and create pods/portforward.",
  404: "Check namespace and name of the Service, and that the context is the right cluster.",
};

/** The reason in a Kubernetes `Status`, or else the text itself: one line of bounded length. */
function quote(text: string): string {
  return messageOf(text).replace(/\s+/g, " ").trim().slice(0, longestQuote);
}

function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === "string" ? message : text;
  } catch (error) {
    if (error instanceof SyntaxError) return text; // a proxy's or a kubelet's plain text
    throw error;
  }
}
