import * as assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as net from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { CancelledError } from "../../openziti/client/errors";
import { PortForward, type PortForwardTarget } from "../../openziti/client/port-forward";
import { PortForwardError } from "../../openziti/client/port-forward/errors";
import { failureOf, FakeCluster, readySlice } from "./port-forward-cluster";

const never = new AbortController().signal;
const title = "Port-forward to Service ziti/controller, port 1281: ";

describe("a port-forward", () => {
  let cluster: FakeCluster;
  let listener: net.Server;

  beforeEach(async () => {
    cluster = new FakeCluster();
    await cluster.start();
    listener = net.createServer((socket) => socket.on("data", () => socket.end("pong"))).listen(0, "127.0.0.1");
    await once(listener, "listening");
    cluster.pod = { forwardsTo: (listener.address() as net.AddressInfo).port };
  });
  afterEach(async () => {
    await cluster.stop();
    listener.close();
  });

  const target = (changes: Partial<PortForwardTarget> = {}): PortForwardTarget => ({
    ...{ kubeconfig: cluster.kubeconfig(), namespace: "ziti", service: "controller", port: 1281 },
    ...changes,
  });

  async function ask(portForward: PortForward): Promise<string> {
    const tunnel = await portForward.open(never);
    tunnel.end("ping");
    const chunks: Buffer[] = [];
    for await (const chunk of tunnel) chunks.push(chunk as Buffer);
    return String(Buffer.concat(chunks));
  }

  it("still hears the other side after its own end, until that side ends too", async () => {
    assert.equal(await ask(new PortForward(target())), "pong");
  });

  it("takes the number of the target port as well", async () => {
    assert.equal(await ask(new PortForward(target({ port: 8441 }))), "pong");
    assert.match(cluster.forwards[0]?.url ?? "", /pods\/controller-0\/portforward\?ports=8441$/);
  });

  it("picks a pod that is ready among those that are not", async () => {
    cluster.slices = [readySlice("starting", { ready: false }), { ports: null, endpoints: null }, readySlice("up")];
    assert.equal(await ask(new PortForward(target())), "pong");
    assert.match(cluster.forwards[0]?.url ?? "", /pods\/up\/portforward/);
  });

  describe("while no pod is ready", () => {
    const waits: number[] = [];
    let now: number;
    let whileAsleep: () => void;
    const clock = {
      now: () => now,
      random: () => 0,
      sleep: (ms: number) => {
        waits.push(ms);
        now += ms;
        whileAsleep();
        return Promise.resolve();
      },
    };
    beforeEach(() => {
      waits.length = 0;
      now = 0;
      whileAsleep = () => undefined;
      cluster.slices = [readySlice("controller-0", { ready: false })];
    });

    it("waits for it, longer each time", async () => {
      whileAsleep = () => {
        if (waits.length === 6) cluster.slices = [readySlice("controller-0")];
      };
      assert.equal(await ask(new PortForward(target(), { clock })), "pong");
      assert.deepEqual(waits, [500, 1000, 2000, 4000, 5000, 5000]);
    });

    it("gives up after five minutes and says what it waited for", async () => {
      const failure = await failureOf(new PortForward(target(), { clock }).open(never));
      assert.ok(failure instanceof PortForwardError);
      assert.ok(failure.message.startsWith(`${title}waited 300 s for a ready pod`), failure.message);
      assert.equal(now, 300_000);
    });

    it("does not wait all over again for the next connection", async () => {
      const portForward = new PortForward(target(), { clock });
      await failureOf(portForward.open(never));
      waits.length = 0;
      await failureOf(portForward.open(never));
      assert.deepEqual(waits, []);
    });

    it("stops waiting when it is cancelled", async () => {
      const stop = new AbortController();
      const failing = failureOf(new PortForward(target()).open(stop.signal));
      while (cluster.gets.length < 2) await new Promise((resolve) => setImmediate(resolve));
      stop.abort();
      assert.ok((await failing) instanceof CancelledError);
    });
  });

  it("is cancelled while the API server keeps it waiting", async () => {
    cluster.pod = "silent";
    const stop = new AbortController();
    const failing = failureOf(new PortForward(target()).open(stop.signal));
    while (cluster.forwards.length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    assert.ok((await failing) instanceof CancelledError);
    await cluster.gone;
  });

  it("breaks an open connection when it is cancelled, and leaves nothing behind in the cluster", async () => {
    const stop = new AbortController();
    const tunnel = await new PortForward(target()).open(stop.signal);
    stop.abort();
    const [error] = (await once(tunnel, "error")) as [unknown];
    assert.ok(error instanceof CancelledError);
    await cluster.gone;
  });

  it("reads a kubeconfig from a file, or from where KUBECONFIG points", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "port-forward-"));
    const file = path.join(folder, "config");
    const before = process.env["KUBECONFIG"];
    writeFileSync(file, cluster.kubeconfig());
    try {
      assert.equal(await ask(new PortForward(target({ kubeconfig: file, context: "here" }))), "pong");
      process.env["KUBECONFIG"] = file;
      assert.equal(await ask(new PortForward(target({ kubeconfig: undefined }))), "pong");
    } finally {
      if (before === undefined) delete process.env["KUBECONFIG"];
      else process.env["KUBECONFIG"] = before;
      rmSync(folder, { recursive: true });
    }
  });
});
