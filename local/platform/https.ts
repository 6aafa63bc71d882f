import { request } from "node:https";

/** One HTTPS request to an engine on the loopback address. */
interface EngineRequest {
  readonly url: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly authority: string;
  readonly method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** PEM of a certificate and key to present. */
  readonly client?: { readonly certificate: string; readonly key: string };
  /** Milliseconds until the request is given up, default 10,000. */
  readonly timeout?: number;
}

/** What the server answered, whatever its status. */
export interface EngineResponse {
  readonly status: number;
  readonly body: string;
}

/** Sends one request. Rejects when the server cannot be reached; an error status is an answer. */
export function send(options: EngineRequest): Promise<EngineResponse> {
  return new Promise((resolve, reject) => {
    const call = request(options.url, {
      method: options.method ?? "GET",
      ca: options.authority,
      cert: options.client?.certificate,
      key: options.client?.key,
      headers: { accept: "application/json", ...options.headers },
      timeout: options.timeout ?? 10_000,
    });
    call.once("timeout", () => call.destroy(new Error(`no answer from ${options.url} in time`)));
    call.once("error", reject);
    call.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
      );
    });
    call.end(options.body);
  });
}

/** Why a server is not ready: undefined when it answers with 200, else the address and what came instead. */
export async function whyNotOk(options: EngineRequest): Promise<string | undefined> {
  try {
    const { status } = await send({ ...options, timeout: 2_000 });
    return status === 200 ? undefined : `${options.url} answers with status ${status}`;
  } catch (error) {
    return `${options.url}: ${(error as Error).message}`;
  }
}
