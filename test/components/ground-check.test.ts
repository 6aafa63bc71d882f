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
const planes = "/apis/apps/v1/namespaces/istio-system/deployments";
const releaseName = "meta.helm.sh/release-name";
interface IstioParts {
  readonly revision?: string;
  readonly release?: string;
  readonly owner?: string;
  readonly pods?: Record<string, string>;
  readonly phase?: string;
}
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
      ["v1", "pods", "Pod", false],
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

  // An unnamed control plane of the program's, and four pods with its sidecar.
  function putIstio({ revision = "default", release = "istiod", owner = "agyn-networking", ...of }: IstioParts = {}) {
    const { pods = { "istio.io/rev": revision }, phase = "Running" } = of;
    const labels = { app: "istiod", "istio.io/rev": revision, "helm.sh/chart": "istiod-1.30.4" };
    put(`${planes}/istiod`, { metadata: { name: "istiod", labels, annotations: { [releaseName]: release } } });
    const managed = { "app.kubernetes.io/managed-by": owner };
    put("/api/v1/namespaces/istio-system", { metadata: { name: "istio-system", labels: managed } });
    for (const number of [0, 1, 2, 3]) {
      const metadata = { name: `pod-${number}`, namespace: "shop", annotations: pods };
      put(`/api/v1/pods/${number}`, { metadata, status: { phase } });
    }
  }

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

  it("asks for control planes alone in an update", async () => {
    const { code, output } = await engine.run(program, environment);
    assert.equal(code, 0, output);
    const asked = cluster.requests.map((seen) => seen.path);
    assert.deepEqual([asked, engine.logged], [[planes], []]);
  });

  for (const isPreview of [true, false]) {
    it(`fails ${isPreview ? "a preview" : "an update"} that takes a control plane from under its sidecars`, async () => {
      putIstio();
      const { code, output } = await engine.run(program, environment, isPreview);
      assert.notEqual(code, 0, output);
      const [refusal, ...more] = engine.logged.map(({ message }) => message).filter((one) => /mesh/.test(one));
      assert.doesNotMatch(output, /^ *at /m);
      assert.deepEqual(more, []);
      assert.match(refusal ?? "", /^mesh\.retained: the control plane of the revision default would be removed/);
      assert.match(refusal ?? "", /current one \(1-31-4\) nor in mesh\.retained \(1-30-8\)/);
      assert.match(refusal ?? "", /4 pods have its sidecar: shop\/pod-0, shop\/pod-1, shop\/pod-2, …/);
      assert.match(refusal ?? "", /mesh\.retained\[1\]\.revision' default && .*\[1\]\.version' 1\.30\.4$/);
    });
  }

  const kept: readonly [title: string, change: () => void][] = [
    ["that no pod uses any more", () => putIstio({ pods: { "istio.io/rev": "1-31-4" } })],
    ["that is kept", () => putIstio({ revision: "1-30-8", release: "istiod-1-30-8" })],
    ["that another release brought", () => putIstio({ release: "istiod-own" })],
    ["in a namespace that is not the program's", () => putIstio({ owner: "Helm" })],
    ["whose pods have ended", () => putIstio({ phase: "Succeeded" })],
  ];
  for (const [title, change] of kept) {
    it(`refuses nothing for a control plane ${title}`, async () => {
      change();
      const { code, output } = await engine.run(program, environment);
      assert.equal(code, 0, output);
      assert.ok(cluster.requests.some((seen) => seen.path === planes));
      assert.deepEqual(engine.logged, []);
    });
  }

  it("fails no preview: without a usable kubeconfig, and with a server that never answers", async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    for (const kubeconfig of ["no: {kubeconfig", kubeconfigFor(address)]) {
      const { code, output } = await engine.run(program, { WATCHED_KUBECONFIG: kubeconfig, LOOK_LIMIT: "5000" }, true);
      assert.equal(code, 0, output);
    }
    silent.close();
    assert.deepEqual(engine.logged, []);
  });
});
