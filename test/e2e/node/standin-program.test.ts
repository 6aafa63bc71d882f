import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type * as http from "node:http";
import * as https from "node:https";
import { createServer, type AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { tlsFixtures } from "../../support/contract-double";
import type { ProgramResult } from "../../support/platform-standin/execute";
import { buildProgram, hasGo } from "../../support/platform-standin/program";

const run = promisify(execFile);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe("the program of the stand-in platform", () => {
  let program: string;
  let server: ChildProcess | undefined;
  let [grpc, http1, tcp] = [0, 0, 0];

  before("there is no Go client", async function () {
    if (!(await hasGo())) this.skip();
    program = await buildProgram();
    [grpc, http1, tcp] = [await freePort(), await freePort(), await freePort()];
    const env = { WORKLOAD: "threads", PORTS: `${grpc}/grpc,${http1}/http,${tcp}/tcp` };
    server = spawn(program, ["serve"], { env, stdio: ["ignore", "ignore", "pipe"] });
    assert.ok(server.stderr);
    await once(server.stderr, "data");
  });
  after(async () => {
    if (server === undefined) return;
    server.kill();
    if (server.exitCode === null) await once(server, "exit");
  });

  async function call(...requests: readonly (string | object)[]): Promise<readonly ProgramResult[]> {
    const told = requests.map((request) => (typeof request === "string" ? request : JSON.stringify(request)));
    const { stdout } = await run(program, ["call", "-timeout", "5s", ...told]);
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as ProgramResult);
  }

  it("says over each protocol who was reached, on which port, and what was asked", async () => {
    const path = "/agynio.api.threads.v1.ThreadsService/GetThread";
    const results = await call(
      { url: `grpc://127.0.0.1:${grpc}${path}`, headers: { "x-identity-id": "user-1" } },
      {
        url: "http://chat.agyn.test/path",
        connect: `127.0.0.1:${http1}`,
        headers: { "x-forwarded-client-cert": "URI=x" },
      },
      `tcp://127.0.0.1:${tcp}`,
    );
    assert.deepEqual(
      results.map(({ arrived, status }) => [arrived, status]),
      [
        [true, "0"],
        [true, "200"],
        [true, "answered"],
      ],
    );
    const [first, second, third] = results.map(({ body }) => {
      const { source, ...answer } = JSON.parse(body) as Record<string, unknown>;
      assert.match(String(source), /^127\.0\.0\.1:\d+$/);
      return answer;
    });
    const shared = { workload: "threads" };
    const host = `127.0.0.1:${grpc}`;
    const rpc = { ...shared, port: grpc, protocol: "grpc", method: "POST", host, path, identity: "user-1" };
    assert.deepEqual(first, rpc);
    const browser = { ...shared, port: http1, protocol: "http", method: "GET", host: "chat.agyn.test", path: "/path" };
    assert.deepEqual(second, { ...browser, caller: "URI=x" });
    assert.deepEqual(third, { ...shared, port: tcp, protocol: "tcp" });
  });

  it("takes nothing for an arrival that nothing answered", async () => {
    const closed = await freePort();
    const results = await call(`tcp://127.0.0.1:${closed}`, `grpc://127.0.0.1:${closed}/a.B/C`, "dns:nothing.invalid.");
    assert.deepEqual(
      results.map(({ arrived }) => arrived),
      [false, false, false],
    );
    assert.deepEqual([results[0]?.status, results[1]?.status], ["refused", "refused"]);
  });

  describe("with the overlay's controller asked first", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "agyn-standin-"));
    const file = path.join(folder, "identity.json");
    const asked: string[] = [];
    let controller: https.Server;

    // It lets an identity that shows its certificate dial one service, and knows no other.
    const answer: http.RequestListener = (request, response) => {
      void text(request).then((body) => {
        const { serviceId } = JSON.parse(body) as { serviceId?: string };
        const hasCertificate = "subject" in (request.socket as TLSSocket).getPeerCertificate();
        asked.push(`${request.url} ${serviceId ?? ""} ${String(request.headers["zt-session"] ?? "")}`.trim());
        const isLogin = request.url?.includes("/authenticate") ?? false;
        const permitted = serviceId === "given" ? 201 : serviceId === "broken" ? 500 : 404;
        response.writeHead(isLogin ? (hasCertificate ? 200 : 401) : permitted, { "content-type": "application/json" });
        response.end(JSON.stringify({ data: { token: "a-session" } }));
      });
    };

    before(async () => {
      const { server: own, client, ca } = tlsFixtures;
      controller = https.createServer({ ...own, ca, requestCert: true, rejectUnauthorized: false }, answer);
      controller.listen(0, "127.0.0.1");
      await once(controller, "listening");
      const { port } = controller.address() as AddressInfo;
      const id = { key: `pem:${client.key}`, cert: `pem:${client.cert}`, ca: `pem:${ca}` };
      writeFileSync(file, JSON.stringify({ ztAPI: `https://127.0.0.1:${port}/edge/client/v1`, id }));
    });
    after(() => {
      controller?.close();
      rmSync(folder, { recursive: true });
    });

    const dial = async (service: string, port: number) => {
      const [result] = await call({ url: `http://127.0.0.1:${port}/`, leave: { identity: file, service } });
      return [result?.arrived, result?.status];
    };

    it("sends when it may, and tells a refusal from everything else that goes wrong", async () => {
      const closed = await freePort();
      assert.deepEqual(await dial("given", http1), [true, "200"]);
      assert.deepEqual(await dial("given", closed), [false, "refused"]);
      assert.deepEqual(await dial("unknown", closed), [false, "refused by the controller"]);
      assert.deepEqual(await dial("broken", closed), [false, "failed"]);
      assert.ok(asked.includes("/edge/client/v1/sessions given a-session"), asked.join("\n"));
    });

    it("sends although it may not: what gets through all the same is an arrival", async () => {
      assert.deepEqual(await dial("unknown", http1), [true, "200"]);
    });
  });

  it("takes for PostgreSQL what answers the question for TLS with a letter of the protocol", async () => {
    const answers: readonly [reply: string, arrived: boolean][] = [
      ["N", true],
      ["S", true],
      ["{", false],
    ];
    for (const [reply, arrived] of answers) {
      const database = createServer((socket) => socket.once("data", () => socket.end(reply))).listen(0, "127.0.0.1");
      await once(database, "listening");
      const [result] = await call(`postgres://127.0.0.1:${(database.address() as AddressInfo).port}`);
      database.close();
      assert.equal(result?.arrived, arrived, reply);
    }
  });

  for (const [title, args, message] of [
    ["a request of an unknown kind", ["call", "ftp://host"], /request 1: url: received "ftp:\/\/host", allowed: http/],
    ["no request", ["call"], /no request/],
    ["ports that are none", ["serve"], /WORKLOAD: received nothing[^]*PORTS: received "x"/],
  ] as const) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(run(program, args, { env: { PORTS: "x" } }), message);
    });
  }
});
