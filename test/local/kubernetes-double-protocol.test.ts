import assert from "node:assert/strict";
import type { ServiceError } from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { type PropertyMap, SecretValue, UNKNOWN, decodeProperties } from "../../local/doubles/kubernetes/properties";
import { objectAt } from "../../local/doubles/kubernetes/manifest";
import { FakeApiServer, failure } from "./kubernetes-double-api-server";
import { StartedPlugin, ask } from "./kubernetes-double-client";

const urnOf = (type: string): string => `urn:pulumi:dev::project::kubernetes:${type}::thing`;
const configMapUrn = urnOf("core/v1:ConfigMap");
const secretUrn = urnOf("core/v1:Secret");
const configMap = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "c", namespace: "default" },
  data: { a: "1" },
};
const secret = {
  ...{ apiVersion: "v1", kind: "Secret", metadata: { name: "s", namespace: "default" } },
  stringData: new SecretValue({ password: "hunter2" }),
};
const configMapPath = "/api/v1/namespaces/default/configmaps/c";

describe("the Kubernetes stand-in over the provider protocol", () => {
  let api: FakeApiServer;
  let plugin: StartedPlugin;

  beforeEach(async () => {
    api = new FakeApiServer();
    plugin = await StartedPlugin.start();
    await plugin.configure(await api.start());
    await plugin.create(urnOf("core/v1:Namespace"), {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "default" },
    });
  });
  afterEach(async () => {
    plugin.stop();
    await api.stop();
  });

  it("says once that it is a stand-in", async () => {
    await plugin.configure("http://127.0.0.1:1");
    assert.equal(plugin.shown.length, 1);
    assert.match(plugin.shown[0] ?? "", /simulated plugin/);
  });

  it("accepts secrets and computes previews", async () => {
    const answer = await ask<proto.ProviderHandshakeResponse>((done) =>
      plugin.client.handshake(new proto.ProviderHandshakeRequest(), done),
    );
    assert.equal(answer.getAcceptSecrets(), true);
    assert.equal((await plugin.configure("http://127.0.0.1:1")).getSupportspreview(), true);
  });

  it("gives an unnamed object a name and the default namespace, and keeps its secrets", async () => {
    const { metadata: named, stringData } = await plugin.check(secretUrn, { ...secret, metadata: {} });
    assert.match((named as { name: string }).name, /^thing-[0-9a-f]{8}$/);
    assert.equal((named as PropertyMap).namespace, "default");
    assert.deepEqual(stringData, secret.stringData);
  });

  it("gives no namespace to a cluster-scoped object, even when the API server is away", async () => {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "n" } };
    assert.deepEqual(await plugin.check(urnOf("core/v1:Namespace"), namespace), namespace);
    await plugin.configure("http://127.0.0.1:1");
    assert.deepEqual(await plugin.check(urnOf("core/v1:Namespace"), namespace), namespace);
  });

  it("previews a create without saving it", async () => {
    const [id, state] = await plugin.create(configMapUrn, configMap, true);
    assert.equal(id, "");
    assert.equal(typeof (state.metadata as PropertyMap).uid, "string");
    assert.equal(api.objects.has(configMapPath), false);
  });

  for (const [label, inputs] of [
    ["a value is not known yet", { ...configMap, data: { a: UNKNOWN } }],
    ["the namespace does not exist yet", { ...configMap, metadata: { name: "c", namespace: "later" } }],
    ["the kind is not served yet", { ...configMap, apiVersion: "example.com/v1", kind: "Widget" }],
  ] as [string, PropertyMap][]) {
    it(`previews the inputs as they are while ${label}`, async () => {
      assert.deepEqual(await plugin.create(configMapUrn, inputs, true), ["", inputs]);
    });
  }

  it("previews the inputs as they are for a user who may not write", async () => {
    api.intercept = ({ method }) => (method === "POST" ? failure(403, "Forbidden", "not you") : undefined);
    assert.deepEqual(await plugin.create(configMapUrn, configMap, true), ["", configMap]);
    await assert.rejects(plugin.create(configMapUrn, configMap), /not you; the user of the kubeconfig lacks/);
  });

  it("shows no status in a preview, because no controller has looked at the object", async () => {
    const status = { phase: "Pending" };
    api.intercept = ({ method, body }) => (method === "POST" ? [201, { ...body, status }] : undefined);
    const [, previewed] = await plugin.create(configMapUrn, configMap, true);
    const [, created] = await plugin.create(configMapUrn, configMap);
    assert.deepEqual([previewed.status, created.status], [undefined, status]);
  });

  it("tries again when the API server is busy", async () => {
    api.intercept = ({ method }) => {
      if (method !== "POST") return undefined;
      api.intercept = () => undefined;
      return failure(429, "TooManyRequests", "later");
    };
    assert.equal((await plugin.create(configMapUrn, configMap))[0], "default/c");
  });

  it("creates an object and hands back its live form", async () => {
    const [id, state] = await plugin.create(configMapUrn, configMap);
    assert.equal(id, "default/c");
    assert.deepEqual(state.data, { a: "1" });
    assert.deepEqual(state.__inputs, configMap);
    assert.match(state.__fieldManager as string, /^pulumi-kubernetes-[0-9a-f]{8}$/);
  });

  it("sends a secret in clear to the API server only", async () => {
    const [, state] = await plugin.create(secretUrn, secret);
    const encoded = { password: Buffer.from("hunter2").toString("base64") };
    assert.deepEqual(api.at("/api/v1/namespaces/default/secrets/s").data, encoded);
    assert.deepEqual(state.data, new SecretValue(encoded));
    assert.deepEqual((state.__inputs as PropertyMap).data, new SecretValue(encoded));
  });

  it("explains a refusal of the API server without the secrets it quotes", async () => {
    const inputs = { ...configMap, metadata: { name: new SecretValue("hunter2"), namespace: "default" } };
    await plugin.create(configMapUrn, inputs);
    await assert.rejects(plugin.create(configMapUrn, inputs), (error: ServiceError) => {
      assert.match(error.details, /^kubernetes:core\/v1:ConfigMap "thing": .*\/\[secret\] already exists; import it/);
      return !error.details.includes("hunter2");
    });
  });

  it("finds drift on a refresh, and an object that is gone", async () => {
    const [id, state] = await plugin.create(configMapUrn, configMap);
    api.objects.set(configMapPath, { ...api.at(configMapPath), data: { a: "drifted", b: "foreign" } });
    const drifted = decodeProperties((await plugin.read(configMapUrn, id, state, configMap)).getInputs());
    assert.deepEqual(drifted, { ...configMap, data: { a: "drifted" } });
    api.objects.delete(configMapPath);
    assert.equal((await plugin.read(configMapUrn, id, state, configMap)).getId(), "");
  });

  it("imports an object by its id alone", async () => {
    await plugin.create(secretUrn, secret);
    const inputs = decodeProperties((await plugin.read(secretUrn, "default/s", {}, {})).getInputs());
    assert.deepEqual(inputs.metadata, { name: "s", namespace: "default" });
    assert.ok(inputs.data instanceof SecretValue);
  });

  it("reports changed properties one by one", async () => {
    const response = await plugin.diff(configMapUrn, configMap, { ...configMap, data: { a: "2" } });
    assert.equal(response.getChanges(), proto.DiffResponse.DiffChanges.DIFF_SOME);
    assert.equal(response.getDetaileddiffMap().get("data.a")?.getKind(), proto.PropertyDiff.Kind.UPDATE_REPLACE);
    assert.deepEqual([response.getReplacesList(), response.getDeletebeforereplace()], [["data.a"], true]);
  });

  it("never replaces an object for a field that a Patch resource owns", async () => {
    const response = await plugin.diff(urnOf("core/v1:ConfigMapPatch"), configMap, { ...configMap, data: { a: "2" } });
    assert.deepEqual([response.getDetaileddiffMap().getLength(), response.getReplacesList()], [1, []]);
  });

  it("updates by applying, and deletes", async () => {
    const [id, state] = await plugin.create(configMapUrn, configMap);
    const updated = await plugin.update(configMapUrn, id, state, { ...configMap, data: { a: "2" } });
    assert.deepEqual(updated.data, { a: "2" });
    const applied = api.requests.find(({ method, query }) => method === "PATCH" && query.force !== undefined);
    assert.equal(applied?.query.fieldManager, state.__fieldManager);
    await plugin.delete(configMapUrn, id, state);
    assert.equal(api.objects.has(configMapPath), false);
  });

  it("forgets the objects of a cluster that is gone only when told so", async () => {
    const [id, state] = await plugin.create(configMapUrn, configMap);
    await plugin.configure("http://127.0.0.1:1");
    await assert.rejects(plugin.delete(configMapUrn, id, state), /cannot be reached/);
    await assert.rejects(plugin.read(configMapUrn, id, state, configMap), /cannot be reached/);
    await plugin.configure("http://127.0.0.1:1", { deleteUnreachable: "true" });
    await plugin.delete(configMapUrn, id, state);
    assert.equal((await plugin.read(configMapUrn, id, state, configMap)).getId(), "");
  });

  it("owns and gives up single fields of an object through a Patch resource", async () => {
    const urn = urnOf("core/v1:NamespacePatch");
    const patch = { apiVersion: "v1", kind: "Namespace", metadata: { name: "default", labels: { a: "b" } } };
    const annotations = { "pulumi.com/patchForce": "true" };
    const [id, state] = await plugin.create(urn, { ...patch, metadata: { ...patch.metadata, annotations } });
    assert.deepEqual(objectAt(api.at("/api/v1/namespaces/default"), "metadata", "labels"), { a: "b" });
    api.objects.set("/api/v1/namespaces/default", patch);
    await plugin.delete(urn, id, state);
    const last = api.requests.at(-1);
    assert.deepEqual([last?.method, last?.query.fieldManager], ["PATCH", state.__fieldManager]);
    assert.deepEqual(objectAt(last?.body ?? {}, "metadata"), { name: "default" });
  });

  it("names the address of an API server that is away, and still previews", async () => {
    await plugin.configure("http://127.0.0.1:1");
    assert.deepEqual(await plugin.create(configMapUrn, configMap, true), ["", configMap]);
    await assert.rejects(
      plugin.create(configMapUrn, configMap),
      /API server at http:\/\/127.0.0.1:1 cannot be reached \(ECONN/,
    );
  });

  it("refuses charts, manifests and kustomizations in one line that says how to get the real plugin", async () => {
    const line = /^[^\n]*kubernetes:[^\n]*the real Kubernetes plugin[^\n]*pulumi plugin install resource kubernetes/;
    for (const type of ["helm.sh/v3:Release", "yaml/v2:ConfigGroup", "kustomize/v2:Directory"])
      await assert.rejects(plugin.check(urnOf(type), {}), line);
    const construct = new proto.ConstructRequest();
    construct.setType("kubernetes:helm.sh/v4:Chart");
    await assert.rejects(
      ask<unknown>((done) => plugin.client.construct(construct, done)),
      line,
    );
    const invoke = new proto.InvokeRequest();
    invoke.setTok("kubernetes:helm:template");
    await assert.rejects(
      ask<unknown>((done) => plugin.client.invoke(invoke, done)),
      line,
    );
  });
});
