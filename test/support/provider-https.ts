import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { tlsFixtures } from "./contract-double";

/** What the scripted server saw of one request. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query as they came over the wire, still encoded. */
  readonly target: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** What it answers: a JSON body or a raw text. "hang up" closes the connection, "stay silent" keeps it open. */
export type Reply =
  | "hang up"
  | "stay silent"
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly json?: unknown;
      readonly text?: string;
    };

/** An HTTPS server that answers what a test tells it to. */
export interface ScriptedServer {
  readonly url: string;
  readonly seen: SeenRequest[];
  readonly close: () => Promise<void>;
}

/** Answers of a controller that lets everybody in, to put in front of a script. */
export const login: Reply = { status: 200, json: { data: { token: "session-token", authQueries: [] } } };

/** Starts a server with the test certificate; `reply` decides each answer, in its own time. */
export async function startScriptedServer(
  reply: (request: SeenRequest, index: number) => Reply | Promise<Reply>,
  options: https.ServerOptions = {},
): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  const server = https.createServer({ ...tlsFixtures.server, ...options }, (message, response) => {
    const chunks: Buffer[] = [];
    message.on("data", (chunk: Buffer) => chunks.push(chunk));
    message.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const { method = "", url: target = "", headers } = message;
      const request = { method, target, headers, body };
      seen.push(request);
      void Promise.resolve(reply(request, seen.length - 1)).then((answer) => {
        if (answer === "stay silent") return;
        if (answer === "hang up") return void message.socket.destroy();
        const { status, headers: given, json, text } = answer;
        response.writeHead(status, given).end(text ?? (json === undefined ? "" : JSON.stringify(json)));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, close };
}
