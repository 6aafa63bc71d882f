import assert from "node:assert/strict";
import { ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { ContractApi } from "../support/contract-api";
import { administrator, tlsFixtures } from "../support/contract-double";
import { projectRoot } from "../support/project-root";

const main = path.join(projectRoot, "dist/local/doubles/controller/main.js");

describe("controller double as a process", () => {
  let folder: string;
  let child: ChildProcess | undefined;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "agyn-controller-"));
  });
  afterEach(() => {
    child?.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  function write(name: string, text: string): string {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  }

  it("says in one line where it is, and ends cleanly when asked to", async () => {
    const { server, ca } = tlsFixtures;
    const tls = { certFile: write("crt", server.cert), keyFile: write("key", server.key), caFile: write("ca", ca) };
    const options = write("options.json", JSON.stringify({ ...administrator, tls }));
    child = spawn(process.execPath, [main, options], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(createInterface(child.stdout!), "line")) as [string];
    const url = /^ready (https:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
    assert.ok(url, line);
    await new ContractApi({ url, ca, ...administrator }, undefined).logIn();
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });

  it("fails with the reason when its options cannot be read", async () => {
    child = spawn(process.execPath, [main, path.join(folder, "none.json")], { stdio: ["ignore", "ignore", "pipe"] });
    const errors: string[] = [];
    child.stderr!.on("data", (chunk: Buffer) => errors.push(chunk.toString("utf8")));
    assert.deepEqual(await once(child, "close"), [1, null]);
    assert.match(errors.join(""), /none\.json/);
  });
});
