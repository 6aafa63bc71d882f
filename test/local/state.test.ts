import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { writeWhole } from "../../local/files";
import { tryFindHolder, tryLock, waitForLock } from "../../local/lock";
import { choosePorts, isFree, preferredPorts } from "../../local/platform/ports";
import {
  ProcessError,
  runningProcesses,
  startProcess,
  stopProcesses,
  waitUntilReady,
  type EngineProcess,
} from "../../local/platform/processes";
import { isRunning, tryIdentify } from "../../local/running";
import { BusyError, exclusively } from "../../local/session";
import { platformFolders } from "../../local/platform/folders";

/** The identity of a process that has ended. */
async function endedProcess(): Promise<{ pid: number; startedAt: string }> {
  const child = spawn(process.execPath, ["-e", ""], { stdio: "ignore" });
  const identity = child.pid === undefined ? undefined : tryIdentify(child.pid);
  await new Promise((resolve) => child.once("close", resolve));
  return identity ?? { pid: child.pid ?? 0, startedAt: "ended before it was looked at" };
}

describe("the state of a local platform:", () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(path.join(os.tmpdir(), "agyn-state-"))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  describe("a process identity", () => {
    it("is of a running process only", async () => {
      const self = tryIdentify(process.pid);
      assert.ok(self && isRunning(self));
      assert.equal(isRunning(await endedProcess()), false);
    });
    it("is not of a foreign process that has the same pid by now", () => {
      assert.equal(isRunning({ pid: process.pid, startedAt: "long ago" }), false);
    });
  });

  describe("a lock", () => {
    const file = (): string => path.join(root, "lock");

    it("is held by one, who is named to the others", () => {
      const first = tryLock(file(), "up");
      assert.ok(first.held);
      const second = tryLock(file(), "destroy");
      assert.ok(!second.held);
      assert.equal(second.by.pid, process.pid);
      assert.equal(second.by.purpose, "up");
      first.release();
      assert.ok(tryLock(file(), "destroy").held);
    });

    it("of a killed run is taken over, and leaves no file behind", async () => {
      writeFileSync(file(), JSON.stringify({ ...(await endedProcess()), purpose: "up", since: "then" }));
      assert.equal(tryFindHolder(file()), undefined);
      assert.ok(tryLock(file(), "destroy").held);
      assert.deepEqual(readdirSync(root), ["lock"]);
    });

    it("is waited for, and its holder told once", async () => {
      const first = tryLock(file(), "building etcd");
      assert.ok(first.held);
      const told: string[] = [];
      const second = waitForLock(file(), "building etcd", (holder) => (told.push(holder.purpose), first.release()), 1);
      (await second)();
      assert.deepEqual(told, ["building etcd"]);
    });

    it("keeps two commands from one platform", async () => {
      const folders = platformFolders(root);
      await exclusively(folders, "up", async () => {
        await assert.rejects(
          exclusively(folders, "destroy", () => Promise.resolve()),
          (error: Error) => error instanceof BusyError && error.message.includes(`\`up\` (pid ${process.pid}`),
        );
      });
      assert.equal(existsSync(folders.lock), false);
    });
  });

  describe("ports", () => {
    it("are the wished ones, or others where those are taken", async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const taken = (server.address() as { port: number }).port;
      const ports = await choosePorts({ ...preferredPorts, apiServer: taken });
      assert.notEqual(ports.apiServer, taken);
      assert.ok(await isFree(ports.apiServer));
      await new Promise((resolve) => server.close(resolve));
    });
    it("are never given twice", async () => {
      const same = Object.fromEntries(Object.keys(preferredPorts).map((use) => [use, preferredPorts.router]));
      const ports = await choosePorts(same as unknown as typeof preferredPorts);
      assert.equal(new Set(Object.values(ports)).size, Object.keys(preferredPorts).length);
    });
  });

  describe("a process of the platform", () => {
    const folders = (): { processes: string; logs: string } => platformFolders(root);
    const engine = (script: string, overrides: Partial<EngineProcess> = {}): EngineProcess => ({
      name: "fake",
      command: process.execPath,
      args: ["-e", script],
      whyNotReady: () => Promise.resolve(undefined),
      deadline: 5,
      ...overrides,
    });
    const forever = "setInterval(() => {}, 1000)";

    it("is recorded, found again and ended", async () => {
      const record = startProcess(engine(forever), folders());
      assert.deepEqual(runningProcesses(folders()), [record]);
      await stopProcesses([record], folders());
      assert.equal(isRunning(record), false);
      assert.deepEqual(runningProcesses(folders()), []);
    });

    it("that is gone is forgotten, and a foreign one with its pid is left alone", async () => {
      const record = { name: "fake", pid: process.pid, startedAt: "long ago", command: "", log: "" };
      writeWhole(path.join(folders().processes, "fake.json"), JSON.stringify(record));
      assert.deepEqual(runningProcesses(folders()), []);
      assert.deepEqual(readdirSync(folders().processes), []);
      await stopProcesses([record], folders());
      assert.ok(tryIdentify(process.pid));
    });

    it("that ends while starting is an error that names it and its log", async () => {
      const failing = engine("console.log('cannot open data'); process.exit(3)", {
        whyNotReady: () => Promise.resolve("nobody answers"),
      });
      const record = startProcess(failing, folders());
      await assert.rejects(waitUntilReady(failing, record), (error: Error) => {
        return error instanceof ProcessError && error.message === `fake ended while starting; log: ${record.log}`;
      });
      assert.equal(readFileSync(record.log, "utf8"), "cannot open data\n");
    });

    it("that does not answer is an error with the last reason", async () => {
      const silent = engine(forever, { whyNotReady: () => Promise.resolve("https://127.0.0.1:1: refused") });
      const record = startProcess(silent, folders());
      await assert.rejects(
        waitUntilReady(silent, record, 0.1),
        /fake is not ready after 0.1 s: https:.*refused; log: /,
      );
      await stopProcesses([record], folders());
    });

    it("gets its files before it starts, readable by the user only", async () => {
      const file = path.join(root, "options.json");
      const record = startProcess(engine(forever, { files: { [file]: "{}" } }), folders());
      assert.equal(statSync(file).mode & 0o777, 0o600);
      await stopProcesses([record], folders());
    });
  });
});
