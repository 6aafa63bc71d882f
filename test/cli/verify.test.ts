import assert from "node:assert/strict";
import { renderProbePolicies } from "../../access/render/enforcement-probe";
import { ApiServer, loadKubeConfig } from "../../kubernetes/api-server";
import { examineInstallation } from "../../cli/verify/examine";
import type { Finding } from "../../cli/verify/finding";
import { renderAll } from "../../access/render/render-all";
import { readInstallation } from "../../cli/verify/read-facts";
import { loadModel } from "../../config/model";
import type { Settings } from "../../config/settings";
import type { ControllerDouble } from "../../local/doubles/controller/controller-double";
import type { JsonObject } from "../../local/doubles/kubernetes/properties";
import { ControllerClient } from "../../openziti/client/client";
import { FakeApiServer, failure } from "../local/kubernetes-double-api-server";
import { administrator, startTestDouble, tlsFixtures } from "../support/contract-double";
import { assertFound } from "../support/installation/fault";
import { faults } from "../support/installation/faults";
import { pathOf, type ClusterObject } from "../support/installation/objects";
import { createStaticOverlay } from "../support/installation/overlay";
import { World } from "../support/installation/world";
import { settingsWith } from "./preflight-facts";

const kinds: readonly (readonly [string, string])[] = [
  ["v1", "pods"],
  ["v1", "services"],
  ["v1", "persistentvolumeclaims"],
  ["storage.k8s.io/v1", "storageclasses"],
  ["apps/v1", "daemonsets"],
  ["security.istio.io/v1", "authorizationpolicies"],
  ["security.istio.io/v1", "peerauthentications"],
  ["networking.istio.io/v1", "gateways"],
  ["networking.istio.io/v1", "virtualservices"],
  ["networking.k8s.io/v1", "networkpolicies"],
  ["cert-manager.io/v1", "certificates"],
  ["cert-manager.io/v1", "clusterissuers"],
  ["admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations"],
];
const allRoutes = "/apis/networking.istio.io/v1/virtualservices";

/** An API server in memory that has the program's objects. */
function fillCluster(server: FakeApiServer, settings: Settings): void {
  const { namespaces } = settings;
  for (const [apiVersion, plural] of kinds) server.kinds.push([apiVersion, plural, plural, true]);
  const names = [...Object.values(namespaces).filter((name) => typeof name === "string"), "kube-system", "default"];
  for (const name of names) {
    const labels: JsonObject = name === namespaces.platform ? { "istio-injection": "enabled" } : {};
    server.objects.set(`/api/v1/namespaces/${name}`, { metadata: { name, labels } });
  }
  for (const manifest of renderAll(loadModel(settings)).manifests) {
    const status = manifest.kind === "Certificate" ? { conditions: [{ type: "Ready", status: "True" }] } : {};
    server.objects.set(pathOf({ ...manifest }), { ...manifest, status } as unknown as JsonObject);
  }
  const credential = Object.entries({ ...administrator, "ca.crt": tlsFixtures.ca }).map(([key, text]) => {
    return [key, Buffer.from(text).toString("base64")] as const;
  });
  const secret = `/api/v1/namespaces/${namespaces.platform}/secrets/${settings.zitiManagement.secretName}`;
  server.objects.set(secret, { data: Object.fromEntries(credential) });
  server.intercept = ({ path }) => {
    if (path === "/version") return [200, { gitVersion: "v1.34.1" }];
    if (path !== allRoutes) return undefined;
    const items = [...server.objects].filter(([key]) => key.includes("/virtualservices/")).map(([, object]) => object);
    return [200, { items }];
  };
}

describe("the verification of an installation", () => {
  const server = new FakeApiServer();
  let settings: Settings;
  let world: World;
  let controller: ControllerDouble;
  let address = "";
  let vantage: { dns: string; address: string };

  const verify = async (): Promise<readonly Finding[]> => {
    const user = { name: "fake", user: { token: "t0ken" } };
    const cluster = { name: "fake", cluster: { server: address, "insecure-skip-tls-verify": true } };
    const content = JSON.stringify({
      "current-context": "fake",
      contexts: [{ name: "fake", context: { cluster: "fake", user: "fake" } }],
      clusters: [cluster],
      users: [user],
    });
    const api = new ApiServer(await loadKubeConfig({ content }), AbortSignal.timeout(30_000));
    const facts = await readInstallation(api, world.model, settings, vantage);
    return examineInstallation(facts, world.model, settings);
  };
  const hosts = () => world.model.exposures.map(({ host }) => host);
  const notPassed = async () => (await verify()).filter(({ verdict }) => verdict !== "pass");

  before(async () => {
    controller = await startTestDouble();
    settings = settingsWith({
      "mesh.manage": false,
      "certManager.manage": false,
      "controller.manage": false,
      "controller.url": controller.url,
      "controller.reach": "direct",
      "controller.ca": tlsFixtures.ca,
      "controller.username": administrator.username,
      "controller.password": administrator.password,
      "networkPolicies.enabled": true,
    });
    const endpoint = { urls: [controller.url], ca: tlsFixtures.ca };
    const client = new ControllerClient(endpoint, { method: "password", ...administrator });
    fillCluster(server, settings);
    address = await server.start();
    const store = {
      tryGet: (path: string) => Promise.resolve(server.objects.get(path) as unknown as ClusterObject | undefined),
      put: (path: string, object: ClusterObject) =>
        Promise.resolve(void server.objects.set(path, object as unknown as JsonObject)),
      remove: (path: string) => Promise.resolve(void server.objects.delete(path)),
    };
    world = new World(settings, store, controller, client);
    await createStaticOverlay(client, world.model);
    vantage = await world.start();
  });
  afterEach(() => world.heal());
  after(async () => {
    await world.stop();
    await controller.close();
    await server.stop();
  });

  it("passes everything when nothing is wrong, and only reads", async () => {
    server.requests.length = 0;
    controller.requests.length = 0;
    assert.deepEqual(await notPassed(), []);
    assert.deepEqual([...new Set(server.requests.map(({ method }) => method))], ["GET"]);
    const writes = controller.requests.filter(
      ({ method, path }) => method !== "GET" && !path.includes("session") && path !== "/authenticate",
    );
    assert.deepEqual(writes, []);
  });

  for (const fault of faults) {
    it(`finds ${fault.title}, and nothing else`, async () => {
      await fault.inject(world);
      assertFound(fault, await verify());
    });
  }

  it("takes the policies of the enforcement probe for the program's own while it is asked for, and alone then", async () => {
    const policies = renderProbePolicies(settings.namespaces.workloads);
    for (const policy of policies) await world.add({ ...policy });
    const plain = settings;
    const foreign = await notPassed();
    assert.deepEqual(
      foreign.map(({ verdict, cause }) => [verdict, /is not of the program/.test(cause)]),
      policies.map(() => ["fail", true]),
    );
    settings = { ...plain, networkPolicies: { ...plain.networkPolicies, probe: true } };
    const found = await notPassed();
    await world.heal();
    const without = await notPassed();
    settings = plain;
    assert.deepEqual(found, []);
    assert.deepEqual(
      without.map(({ verdict, cause }) => [verdict, /is missing: the probe of enforcement/.test(cause)]),
      policies.map(() => ["fail", true]),
    );
  });

  it("does not know what it may not read, and fails nothing for it", async () => {
    const { intercept } = server;
    const refused = /secrets|persistentvolumeclaims|networkpolicies|\/virtualservices$|daemonsets/;
    server.intercept = (seen) => (refused.test(seen.path) ? failure(403, "Forbidden", "no") : intercept(seen));
    const found = await notPassed().finally(() => (server.intercept = intercept));
    assert.deepEqual([...new Set(found.map(({ verdict }) => verdict))], ["unknown"]);
    const fixes = found.map(({ fix }) => fix).join("\n");
    for (const right of [
      "get secrets/agyn-public-hosts-tls",
      "list networkpolicies.networking.k8s.io",
      "list daemonsets",
      "list persistentvolumeclaims",
    ]) {
      assert.ok(fixes.includes(right), `${right} in\n${fixes}`);
    }
  });

  it("names a credential that the controller refuses, once", async () => {
    controller.addFault({ collection: "authenticate", respond: "INVALID_AUTH" });
    const found = await notPassed();
    assert.deepEqual(
      found.map(({ check, verdict }) => [check, verdict]),
      [["overlay", "fail"]],
      JSON.stringify(found),
    );
    assert.match(found[0]?.cause ?? "", /INVALID_AUTH/);
  });

  it("tells a client's distrust from an ingress that cannot be reached", async () => {
    await world.serveCertificate(hosts(), 90, true);
    const found = await notPassed();
    assert.deepEqual([...new Set(found.map(({ check, verdict }) => `${check} ${verdict}`))], ["tls fail"]);
    assert.equal(found.length, world.model.exposures.length);
    const reachable = vantage;
    vantage = { ...reachable, address: "127.0.0.1:1" };
    const closed = await notPassed().finally(() => (vantage = reachable));
    assert.deepEqual([...new Set(closed.map(({ check, verdict }) => `${check} ${verdict}`))], ["tls unknown"]);
  });
});
