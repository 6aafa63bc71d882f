import assert from "node:assert/strict";
import { ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { administrator, startTestDouble, tlsFixtures } from "../support/contract-double";
import { projectRoot } from "../support/project-root";
import { ProviderRpc, urnOf } from "../support/provider-rpc";

const executable = path.join(projectRoot, "bin/pulumi-resource-openziti");

describe("provider process", () => {
  let double: ControllerDouble;
  const started: ChildProcess[] = [];
  before(async () => {
    double = await startTestDouble();
  });
  after(() => double.close());
  afterEach(() => started.splice(0).forEach((child) => child.kill("SIGKILL")));

  async function start() {
    const child = spawn(executable, ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "pipe"] });
    started.push(child);
    const output = { stdout: "", stderr: "" };
    child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
    await new Promise<void>((resolve) =>
      child.stdout.on("data", (chunk: Buffer) => {
        output.stdout += chunk.toString();
        if (output.stdout.includes("\n")) resolve();
      }),
    );
    const rpc = new ProviderRpc(Number(output.stdout));
    await rpc.configure({ url: double.url, ca: tlsFixtures.ca, ...administrator, stack: "test" });
    return { child, rpc, output };
  }

  it("prints its port and nothing else, works, and logs out when it is told to end", async () => {
    const { child, rpc, output } = await start();
    const urn = urnOf("Service");
    const { inputs } = await rpc.check(urn, { name: "s" });
    const { id } = await rpc.create(urn, inputs);
    await rpc.delete(urn, id);
    rpc.close();
    const exit = once(child, "exit");
    child.kill("SIGINT");
    assert.deepEqual(await exit, [0, null]);
    assert.match(output.stdout, /^\d+\n$/);
    assert.equal(output.stderr, "");
    assert.deepEqual(
      [double.requests.at(-1)?.method, double.requests.at(-1)?.path],
      ["DELETE", "/current-api-session"],
    );
  });

  it("leaves nothing double when it is killed between a request and its answer", async () => {
    const urn = urnOf("Service");
    const first = await start();
    const { inputs } = await first.rpc.check(urn, { name: "half" });
    double.addFault({ method: "GET", collection: "services", delayMilliseconds: 60_000 });
    const before = double.requests.length;
    const lost = assert.rejects(first.rpc.create(urn, inputs));
    const isReadBack = ({ method, path: at }: { method: string; path: string }) =>
      method === "GET" && at.startsWith("/services/");
    while (!double.requests.slice(before).some(isReadBack)) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    first.child.kill("SIGKILL");
    await lost;
    first.rpc.close();
    const second = await start();
    const { id } = await second.rpc.create(urn, inputs);
    const posts = double.requests.filter(({ method, path: at }) => method === "POST" && at === "/services");
    assert.deepEqual(
      posts.slice(-2).map(({ status }) => status),
      [201, 400],
    );
    assert.equal((await second.rpc.read(urn, "half")).id, id);
    second.rpc.close();
  });

  it("works beside another process of the same stack: both end with the one object", async () => {
    const [one, other] = await Promise.all([start(), start()]);
    const urn = urnOf("Service", "shared");
    const { inputs } = await one.rpc.check(urn, { name: "shared" });
    const [a, b] = await Promise.all([one.rpc.create(urn, inputs), other.rpc.create(urn, inputs)]);
    assert.equal(a.id, b.id);
    one.rpc.close();
    other.rpc.close();
  });

  it("loads the protocol and not the whole of Pulumi's SDK", async () => {
    const script = `require(${JSON.stringify(path.join(projectRoot, "dist/openziti/server/index.js"))});
      console.log(Object.keys(require.cache).filter((name) => /@pulumi.pulumi.(?!proto)/.test(name)).join());`;
    const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    started.push(child);
    let loaded = "";
    child.stdout.on("data", (chunk: Buffer) => (loaded += chunk.toString()));
    await once(child, "close");
    assert.equal(loaded, "\n");
  });
});
