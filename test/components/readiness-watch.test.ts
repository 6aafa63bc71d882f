import assert from "node:assert/strict";
import { createServer, type AddressInfo, type Server } from "node:net";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FakeApiServer } from "../local/kubernetes-double-api-server";
import { EngineDouble } from "../support/engine-double";
import { projectRoot } from "../support/project-root";
import { namespace, podName, replicaSet, waiting } from "../kubernetes/observed";

const program = path.join(projectRoot, "dist", "test", "components", "watched-program.js");

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "u", user: { token: "t" } }],
  });
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 600; turn++) {
    if (holds()) return;
    await sleep(50);
  }
  throw new Error(`${what} did not happen`);
}

describe("the watch over pods during a run", function () {
  this.timeout(90_000); // each case is a program of its own
  const cluster = new FakeApiServer();
  let engine: EngineDouble;
  let environment: Record<string, string>;
  /** Milliseconds that a watch needs on this machine until it has asked. */
  let untilAsked = 0;

  before(async () => {
    cluster.kinds.push(["v1", "pods", "Pod", true], ["apps/v1", "replicasets", "ReplicaSet", true]);
    const inside = `/api/v1/namespaces/${namespace}`;
    const apps = `/apis/apps/v1/namespaces/${namespace}`;
    cluster.objects.set(inside, { metadata: { name: namespace } });
    cluster.objects.set(`${inside}/pods/${podName}`, { ...waiting("ErrImagePull", "manifest unknown") } as never);
    cluster.objects.set(`${apps}/replicasets/r`, { ...replicaSet() } as never);
    cluster.objects.set(`${apps}/deployments/d`, {
      metadata: {
        ...{ name: "istio-ingressgateway", namespace },
        annotations: { "meta.helm.sh/release-name": "istio-ingressgateway" },
      },
    });
    environment = { WATCHED_KUBECONFIG: kubeconfigFor(await cluster.start()) };
  });
  beforeEach(async () => {
    cluster.requests.length = 0;
    engine = new EngineDouble();
    await engine.start();
  });
  afterEach(() => engine.stop());
  after(() => cluster.stop());

  it("tells the reason once, under the release, while the release is still waited for", async () => {
    const running = engine.run(program, environment);
    await until("the release", () => engine.isWaiting);
    const started = Date.now();
    await until("a warning", () => engine.logged.length > 0);
    untilAsked = Date.now() - started;
    assert.ok(engine.isWaiting);
    const [first] = engine.logged;
    assert.match(first?.message ?? "", /^Release istio-ingressgateway in istio-gateway is not ready: Pod .*no image/);
    assert.equal(first?.urn, "urn:pulumi:test::test::test:index:Mesh$kubernetes:helm.sh/v3:Release::mesh-gateway");
    const looks = () => cluster.requests.filter((seen) => seen.path.endsWith("/pods")).length;
    const before = looks();
    await until("three more looks", () => looks() >= before + 3);
    engine.release();
    const { code, output } = await running;
    assert.equal(code, 0, output);
    assert.equal(engine.logged.length, 1, JSON.stringify(engine.logged));
  });

  it("asks nothing and says nothing in a preview", async () => {
    const running = engine.run(program, environment, true);
    await until("the release", () => engine.isWaiting);
    await sleep(3 * untilAsked + 1_000);
    engine.release();
    const { code, output } = await running;
    assert.equal(code, 0, output);
    assert.deepEqual([cluster.requests.length, engine.logged], [0, []]);
  });

  describe("with an API server that takes connections and never answers", () => {
    let silent: Server;
    let connections = 0;
    let address = "";
    before(async () => {
      silent = createServer(() => void connections++);
      await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
      address = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    });
    after(() => void silent.close());

    it("lets the program end as soon as its release is ready", async () => {
      const running = engine.run(program, { WATCHED_KUBECONFIG: kubeconfigFor(address) });
      await until("a look", () => connections > 0 && engine.isWaiting);
      engine.release();
      // A request gives up after ten seconds: a program that waited for it would be seen.
      const ended = await Promise.race([running, sleep(8_000, undefined, { ref: false })]);
      assert.equal(ended?.code, 0, ended?.output ?? "the program still runs");
      assert.deepEqual(engine.logged, []);
    });
  });

  it("does not let a kubeconfig that cannot be used end the program", async () => {
    const running = engine.run(program, { WATCHED_KUBECONFIG: "no: {kubeconfig" });
    await until("the release", () => engine.isWaiting);
    await sleep(3 * untilAsked + 1_000);
    engine.release();
    const { code, output } = await running;
    assert.equal(code, 0, output);
    assert.deepEqual(engine.logged, []);
  });
});
