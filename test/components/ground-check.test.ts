import assert from "node:assert/strict";
import { createServer, type AddressInfo } from "node:net";
import * as path from "node:path";
import { FakeApiServer } from "../local/kubernetes-double-api-server";
import { EngineDouble } from "../support/engine-double";
import { projectRoot } from "../support/project-root";

const program = path.join(projectRoot, "dist", "test", "components", "grounded-program.js");

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "u", user: { token: "t" } }],
  });
}

const nodes = "/api/v1/nodes";
const classes = "/apis/storage.k8s.io/v1/storageclasses";
const standard = {
  metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
};

describe("the look at what a cluster has beside its API", function () {
  this.timeout(90_000); // each case is a program of its own
  let cluster: FakeApiServer;
  let engine: EngineDouble;
  let environment: Record<string, string>;

  beforeEach(async () => {
    cluster = new FakeApiServer();
    cluster.kinds.push(
      ["v1", "nodes", "Node", false],
      ["v1", "services", "Service", true],
      ["storage.k8s.io/v1", "storageclasses", "StorageClass", false],
    );
    environment = { WATCHED_KUBECONFIG: kubeconfigFor(await cluster.start()) };
    engine = new EngineDouble();
    await engine.start();
  });
  afterEach(async () => {
    engine.stop();
    await cluster.stop();
  });

  const put = (at: string, object: object) => cluster.objects.set(at, object as never);

  it("warns in a preview of everything that is missing, with the settings that help", async () => {
    put(`${nodes}/kind-control-plane`, {
      metadata: { name: "kind-control-plane" },
      spec: { providerID: "kind://a/b/c" },
    });
    put(`${classes}/fast`, { metadata: { name: "fast" } });
    const { code, output } = await engine.run(program, environment, true);
    assert.equal(code, 0, output);
    const messages = engine.logged.map(({ message }) => message);
    assert.equal(messages.length, 2, messages.join("\n"));
    assert.match(messages[0] ?? "", /^StorageClass: no class is the default .*storage\.className' fast$/);
    assert.match(messages[1] ?? "", /^Services of type LoadBalancer: this is kind.*ingress\.service\.type' NodePort$/);
  });

  it("says nothing where all is there", async () => {
    put(`${nodes}/a`, { metadata: { name: "a" }, spec: { providerID: "aws:///eu/i-1" } });
    put(`${classes}/standard`, standard);
    const { code, output } = await engine.run(program, environment, true);
    assert.equal(code, 0, output);
    assert.ok(cluster.requests.some((seen) => seen.path === classes));
    assert.deepEqual(engine.logged, []);
  });

  it("asks nothing in an update", async () => {
    const { code, output } = await engine.run(program, environment);
    assert.equal(code, 0, output);
    assert.deepEqual([cluster.requests.length, engine.logged], [0, []]);
  });

  it("fails no preview: without a usable kubeconfig, and with a server that never answers", async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    for (const kubeconfig of ["no: {kubeconfig", kubeconfigFor(address)]) {
      const { code, output } = await engine.run(program, { WATCHED_KUBECONFIG: kubeconfig }, true);
      assert.equal(code, 0, output);
    }
    silent.close();
    assert.deepEqual(engine.logged, []);
  });
});
