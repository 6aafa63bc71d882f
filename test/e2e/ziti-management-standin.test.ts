import * as grpc from "@grpc/grpc-js";
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import type { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { type BuildableEngine, buildEngine } from "../../local/engines/build";
import { catalog } from "../../local/engines/catalog";
import { startTestDouble, tlsFixtures } from "../support/contract-double";
import { projectRoot } from "../support/project-root";
import { clientOf } from "../support/provider-client";

/** A server as far as PostgreSQL's startup goes: it answers the first message with `reply`. */
async function startServer(reply: Buffer): Promise<{ port: number; asked: string[]; stop: () => void }> {
  const asked: string[] = [];
  const server = net.createServer((socket) => {
    socket.once("data", (bytes) => {
      asked.push(bytes.subarray(8).toString("utf8"));
      socket.write(reply);
    });
    socket.on("error", () => undefined); // the stand-in hangs up once it has its answer
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as net.AddressInfo).port, asked, stop: () => server.close() };
}

const askingForPassword = Buffer.from([..."R"].map((letter) => letter.charCodeAt(0)).concat([0, 0, 0, 8, 0, 0, 0, 10]));
const refusing = Buffer.concat([Buffer.from("E"), Buffer.from([0, 0, 0, 12]), Buffer.from("no such\0")]);

function checkHealth(port: number, method = "/grpc.health.v1.Health/Check"): Promise<Buffer> {
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const whole = (bytes: Buffer) => bytes;
  return new Promise<Buffer>((resolve, reject) => {
    const done = (error: grpc.ServiceError | null, answer?: Buffer) =>
      error || !answer ? reject(error ?? new Error("no answer")) : resolve(answer);
    client.makeUnaryRequest(method, whole, whole, Buffer.alloc(0), done);
  }).finally(() => client.close());
}

describe("the stand-in for Ziti Management", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), "agyn-standin-"));
  let binary = "";
  let double: ControllerDouble;
  let running: ChildProcess | undefined;

  before("needs go", async function () {
    if (spawnSync("go", ["version"]).status !== 0) return this.skip();
    const modules = path.join(projectRoot, "local", "go");
    const environment = { ...process.env, AGYN_ENGINES: path.join(folder, "engines") };
    const context = { modules, environment, remark: () => undefined, signal: new AbortController().signal };
    binary = (await buildEngine(catalog["ziti-management-standin"] as BuildableEngine, context)).path;
    double = await startTestDouble();
    const client = clientOf(double.url);
    const identityId = await client.create("identities", { name: "zm", type: "Default", isAdmin: true, tags: {} });
    const certPem = tlsFixtures.client.cert;
    await client.create("authenticators", { method: "cert", identityId, certPem, tags: {} }, { identity: identityId });
    writeFileSync(path.join(folder, "client.crt"), certPem);
    writeFileSync(path.join(folder, "client.key"), tlsFixtures.client.key);
    writeFileSync(path.join(folder, "ca.crt"), tlsFixtures.ca);
  });
  afterEach(() => running?.kill("SIGTERM"));
  after(async () => {
    await double?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const environment = (databasePort: number, listen: number, mode = "disable") => ({
    GRPC_ADDRESS: `127.0.0.1:${listen}`,
    DATABASE_URL: `postgres://ziti_management:hunter2@127.0.0.1:${databasePort}/ziti?sslmode=${mode}`,
    ZITI_CONTROLLER_URL: double.url,
    ZITI_CERT_FILE: path.join(folder, "client.crt"),
    ZITI_KEY_FILE: path.join(folder, "client.key"),
    ZITI_CA_FILE: path.join(folder, "ca.crt"),
  });

  /** Starts the program: what it says, and its exit code once it ended. */
  function start(env: Record<string, string>) {
    const child = spawn(binary, [], { env, stdio: ["ignore", "ignore", "pipe"] });
    running = child;
    let said = "";
    child.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const listens = new Promise<void>((resolve) =>
      child.stderr.on("data", () => {
        if (said.includes("listening")) resolve();
      }),
    );
    return { child, ended, listens, said: () => said };
  }

  async function freePort(): Promise<number> {
    const server = await startServer(Buffer.alloc(0));
    server.stop();
    return server.port;
  }

  it("answers health checks once database and controller have let it in, and ends when it is told to", async () => {
    const database = await startServer(askingForPassword);
    const port = await freePort();
    const program = start(environment(database.port, port));
    await Promise.race([program.listens, program.ended]);
    assert.match(program.said(), /logged in as zm; listening/);
    assert.deepEqual([...(await checkHealth(port))], [0x08, 0x01]);
    await assert.rejects(checkHealth(port, "/agyn.Unknown/Call"), { code: grpc.status.UNIMPLEMENTED });
    assert.deepEqual(database.asked, ["user\0ziti_management\0database\0ziti\0\0"]);
    program.child.kill("SIGTERM");
    assert.equal(await program.ended, 0);
    assert.doesNotMatch(program.said(), /hunter2/);
    database.stop();
  });

  async function assertRefused(env: Record<string, string>, reason: RegExp): Promise<void> {
    const program = start(env);
    assert.equal(await program.ended, 1);
    assert.match(program.said(), reason);
    assert.doesNotMatch(program.said(), /hunter2|PRIVATE KEY/);
  }

  it("exits without a variable, naming each", async () => {
    await assertRefused({}, /DATABASE_URL must be set/);
    await assertRefused({ ...environment(1, 1), DATABASE_URL: "" }, /^.*: DATABASE_URL must be set\n$/);
  });

  it("exits when nothing, or no PostgreSQL, is at the database's address, or it refuses", async () => {
    await assertRefused(environment(await freePort(), 1), /database: .*refused/);
    const stranger = await startServer(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await assertRefused(environment(stranger.port, 1), /database: .*no PostgreSQL/);
    const closed = await startServer(refusing);
    await assertRefused(environment(closed.port, 1), /database: the server refuses: "no such/);
    stranger.stop();
    closed.stop();
  });

  it("exits when its certificate is not there, or the controller does not know it", async () => {
    const database = await startServer(askingForPassword);
    const env = environment(database.port, 1);
    await assertRefused({ ...env, ZITI_CERT_FILE: "/nowhere/client.crt" }, /controller: .*no such file/);
    const { cert, key } = tlsFixtures.server;
    writeFileSync(path.join(folder, "other.crt"), cert);
    writeFileSync(path.join(folder, "other.key"), key);
    const other = { ZITI_CERT_FILE: path.join(folder, "other.crt"), ZITI_KEY_FILE: path.join(folder, "other.key") };
    await assertRefused({ ...env, ...other }, /controller: the login with the certificate was answered with 401/);
    database.stop();
  });
});
