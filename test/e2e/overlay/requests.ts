import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const loopback = "127.0.0.1";
const patienceMs = 5_000;
const retryMs = 20;

/** A backend on loopback that answers every request with its own name and the host the request was for. */
export class Backend {
  private constructor(
    readonly name: string,
    readonly port: number,
    private readonly server: http.Server,
  ) {}

  static async start(name: string): Promise<Backend> {
    const server = http.createServer(({ headers }, response) => response.end(`${name} for ${headers.host}`));
    server.listen(0, loopback);
    await once(server, "listening");
    return new Backend(name, (server.address() as AddressInfo).port, server);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** One request over a connection of its own: the body, or why there is none. Never rejects. */
export function fetchFrom(port: number, host: string): Promise<string> {
  return new Promise((resolve) => {
    const options = { host: loopback, port, agent: false, headers: { host }, timeout: patienceMs };
    const request = http.get(options, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => resolve(body)).on("error", (error) => resolve(error.message));
    });
    request.on("timeout", () => request.destroy(new Error(`no answer within ${patienceMs} ms`)));
    request.on("error", (error) => resolve(error.message));
  });
}

/** Repeats the request until `wanted` accepts its answer. Returns the milliseconds that took; fails after `seconds`. */
export async function fetchUntil(
  port: number,
  host: string,
  wanted: (answer: string) => boolean,
  seconds = 30,
): Promise<number> {
  const started = performance.now();
  for (let answer = ""; ; await sleep(retryMs)) {
    answer = await fetchFrom(port, host);
    const elapsed = performance.now() - started;
    if (wanted(answer)) return elapsed;
    if (elapsed > seconds * 1000)
      throw new Error(`${host} on port ${port} still answers after ${seconds} s: ${answer}`);
  }
}

/** An open connection on which one request was answered, and the moment the other side ended it. */
export async function openConnection(port: number, host: string): Promise<{ readonly closed: Promise<number> }> {
  const agent = new http.Agent({ keepAlive: true });
  const request = http.get({ host: loopback, port, agent, headers: { host } });
  const [socket] = (await once(request, "socket")) as [Socket];
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  await once(response.resume(), "end");
  const closed = new Promise<number>((resolve) => socket.once("close", () => resolve(performance.now())));
  socket.on("error", () => undefined); // a reset ends it as well
  return { closed };
}

/** Sends requests without pause from several sides at once while `act` runs. Answers with all of the answers. */
export async function fetchDuring(port: number, host: string, act: () => Promise<void>): Promise<readonly string[]> {
  const answers: string[] = [];
  let isOver = false;
  const sides = Array.from({ length: 8 }, async () => {
    while (!isOver) answers.push(await fetchFrom(port, host));
  });
  try {
    await act();
  } finally {
    isOver = true;
    await Promise.all(sides);
  }
  return answers;
}
