import assert from "node:assert/strict";
import { ApiClient, ApiStatusError } from "../../local/doubles/kubernetes/api-client";
import { Discovery } from "../../local/doubles/kubernetes/discovery";
import { loadConnection } from "../../local/doubles/kubernetes/kubeconfig";
import { objectAt } from "../../local/doubles/kubernetes/manifest";
import { KindNotServedError, KubernetesObjects } from "../../local/doubles/kubernetes/objects";
import type { JsonObject } from "../../local/doubles/kubernetes/properties";
import { FakeApiServer } from "./kubernetes-double-api-server";

const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } };
const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: "team" }, data: { a: "1" } };
const widget = { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w", namespace: "team" }, spec: {} };
const crd = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.example.com" },
  spec: { group: "example.com" },
};

describe("objects of the Kubernetes stand-in", () => {
  let server: FakeApiServer;
  let objects: KubernetesObjects;
  let onPause: () => void;

  beforeEach(async () => {
    server = new FakeApiServer();
    const address = await server.start();
    onPause = () => undefined;
    const pause = (): Promise<void> => Promise.resolve(onPause());
    const kubeconfig = JSON.stringify({
      "current-context": "local",
      contexts: [{ name: "local", context: { cluster: "local" } }],
      clusters: [{ name: "local", cluster: { server: address } }],
    });
    const api = new ApiClient(loadConnection({ kubeconfig }), pause);
    objects = new KubernetesObjects(api, new Discovery(api), pause);
    await objects.create(namespace, false);
  });
  afterEach(() => server.stop());

  it("creates with a plain create, so that an object which exists is an error", async () => {
    await objects.create(configMap, false);
    await assert.rejects(objects.create(configMap, false), (error) => {
      return error instanceof ApiStatusError && error.reason === "AlreadyExists";
    });
  });

  it("waits for the CRD of a custom resource", async () => {
    onPause = () => server.kinds.push(["example.com/v1", "widgets", "Widget", true]);
    await objects.create(widget, false);
    assert.equal(server.at("/apis/example.com/v1/namespaces/team/widgets/w").kind, "Widget");
  });

  it("gives up on a kind that never appears, and says which", async () => {
    await assert.rejects(objects.create(widget, false), (error) => {
      return error instanceof KindNotServedError && error.message.includes('"Widget" of "example.com/v1"');
    });
  });

  it("puts a cluster-scoped custom resource outside the namespace that Check had assumed", async () => {
    server.kinds.push(["example.com/v1", "widgets", "Widget", false]);
    await objects.create(widget, false);
    assert.deepEqual(objectAt(server.at("/apis/example.com/v1/widgets/w"), "metadata").namespace, undefined);
  });

  it("saves nothing in a preview", async () => {
    const live = await objects.create(configMap, true);
    assert.equal(live.kind, "ConfigMap");
    assert.equal(server.objects.has("/api/v1/namespaces/team/configmaps/c"), false);
  });

  it("takes over the fields of its own create before the first apply", async () => {
    await objects.create(configMap, false);
    await objects.update({ ...configMap, data: { a: "2" } }, { fieldManager: "m1", isPreview: false });
    const live = server.at("/api/v1/namespaces/team/configmaps/c");
    assert.deepEqual(live.data, { a: "2" });
    const [owner, ...others] = objectAt(live, "metadata").managedFields as object[];
    assert.deepEqual(owner, { manager: "m1", operation: "Apply", fieldsV1: { "f:spec": {} } });
    assert.deepEqual(others, []);
  });

  it("previews the first update although the create owns the fields", async () => {
    await objects.create(configMap, false);
    const live = await objects.update({ ...configMap, data: { a: "2" } }, { fieldManager: "m1", isPreview: true });
    assert.deepEqual(live.data, { a: "2" });
    assert.deepEqual(server.at("/api/v1/namespaces/team/configmaps/c").data, { a: "1" });
  });

  it("takes over another manager's field where the provider forces it", async () => {
    await objects.create(configMap, false);
    await objects.update(configMap, { fieldManager: "other", isPreview: false });
    await objects.update({ ...configMap, data: { a: "2" } }, { fieldManager: "m1", isPreview: false, force: true });
    assert.deepEqual(server.at("/api/v1/namespaces/team/configmaps/c").data, { a: "2" });
  });

  for (const [annotations, outcome] of [
    [{}, "Conflict"],
    [{ "pulumi.com/patchForce": "true" }, "applied"],
  ] as [JsonObject, string][]) {
    it(`answers another manager's field with ${outcome} for annotations ${JSON.stringify(annotations)}`, async () => {
      await objects.create(configMap, false);
      await objects.update(configMap, { fieldManager: "other", isPreview: false });
      const mine = { ...configMap, metadata: { ...configMap.metadata, annotations } };
      const reason = await objects.update(mine, { fieldManager: "m1", isPreview: false }).then(
        () => "applied",
        (error: ApiStatusError) => error.reason,
      );
      assert.equal(reason, outcome);
    });
  }

  it("keeps the live value where changes are ignored", async () => {
    await objects.create(configMap, false);
    const inputs = { ...configMap, data: { a: "2" } };
    await objects.update(inputs, { fieldManager: "m1", isPreview: false, ignoreChanges: ["data.a"] });
    assert.deepEqual(server.at("/api/v1/namespaces/team/configmaps/c").data, { a: "1" });
  });

  it("replaces a CRD whole, at the version it read", async () => {
    await objects.create(crd, false);
    await objects.update({ ...crd, spec: { scope: "Cluster" } }, { fieldManager: "m1", isPreview: false });
    assert.deepEqual(server.at("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com").spec, {
      scope: "Cluster",
    });
    const put = server.requests.find(({ method }) => method === "PUT");
    assert.equal(typeof objectAt(put?.body ?? {}, "metadata").resourceVersion, "string");
  });

  it("deletes in the background unless the object says otherwise", async () => {
    const annotated: JsonObject[] = [{}, { "pulumi.com/deletionPropagationPolicy": "Orphan" }];
    for (const annotations of annotated) {
      await objects.create(configMap, false);
      await objects.delete({ ...configMap, metadata: { ...configMap.metadata, annotations } }, 1);
    }
    const policies = server.requests
      .filter(({ method }) => method === "DELETE")
      .map(({ body }) => body.propagationPolicy);
    assert.deepEqual(policies, ["Background", "Orphan"]);
  });

  it("is content when the object or its kind is gone already", async () => {
    await objects.delete(configMap, 1);
    await objects.delete(widget, 1);
  });

  it("empties and finalizes a namespace that no controller attends to", async () => {
    await objects.create(configMap, false);
    await objects.delete(namespace, 1);
    assert.deepEqual([...server.objects.keys()], []);
    const emptied = server.requests.filter(({ method, path }) => method === "DELETE" && path.endsWith("/configmaps"));
    assert.deepEqual(
      emptied.map(({ body }) => body),
      [{ gracePeriodSeconds: 0, propagationPolicy: "Background" }],
    );
  });

  it("waits longer for a controller that has been seen in the namespace", async () => {
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "team" } };
    const pauses: number[] = [];
    for (const contents of [[], [account]]) {
      pauses.unshift(0);
      onPause = () => pauses[0]!++;
      for (const object of contents) await objects.create(object, false);
      await objects.delete(namespace, 1);
      await objects.create(namespace, false);
    }
    assert.deepEqual(pauses, [75, 5]);
  });

  it("leaves a namespace to its controller when there is one", async () => {
    const path = "/api/v1/namespaces/team";
    let pauses = 0;
    onPause = () => {
      const status = { conditions: [{ type: "NamespaceContentRemaining" }] };
      if (++pauses === 1) server.objects.set(path, { ...server.at(path), status });
      else server.objects.delete(path);
    };
    await objects.delete(namespace, 1);
    assert.equal(server.requests.filter((request) => request.path.endsWith("/finalize")).length, 0);
  });

  it("names the finalizers of an object that does not go away", async () => {
    const path = "/api/v1/namespaces/team/configmaps/c";
    await objects.create(configMap, false);
    const held = { ...server.at(path), metadata: { name: "c", namespace: "team", finalizers: ["example.com/hold"] } };
    onPause = () => server.objects.set(path, held);
    server.objects.set(path, held);
    const stuck = server.objects.delete.bind(server.objects);
    server.objects.delete = (key) => key !== path && stuck(key);
    await assert.rejects(
      objects.delete(configMap, 1),
      /still exists after 1 s; its finalizers: \["example.com\/hold"\]/,
    );
  });
});
