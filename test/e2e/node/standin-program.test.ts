import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { promisify } from "node:util";
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
  let [grpc, http, tcp] = [0, 0, 0];

  before("there is no Go client", async function () {
    if (!(await hasGo())) this.skip();
    program = await buildProgram();
    [grpc, http, tcp] = [await freePort(), await freePort(), await freePort()];
    const env = { WORKLOAD: "threads", PORTS: `${grpc}/grpc,${http}/http,${tcp}/tcp` };
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
        connect: `127.0.0.1:${http}`,
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
    const browser = { ...shared, port: http, protocol: "http", method: "GET", host: "chat.agyn.test", path: "/path" };
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
