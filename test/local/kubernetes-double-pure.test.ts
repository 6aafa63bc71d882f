import assert from "node:assert/strict";
import { toCheckpoint, withSecrets } from "../../local/doubles/kubernetes/checkpoint";
import { diffInputs } from "../../local/doubles/kubernetes/difference";
import { keepLiveValues, toLiveInputs } from "../../local/doubles/kubernetes/drift";
import { handOverPatch } from "../../local/doubles/kubernetes/field-managers";
import { fromManifest, normalizeInputs, parseId, toManifest } from "../../local/doubles/kubernetes/manifest";
import { type NameSource, withName } from "../../local/doubles/kubernetes/naming";
import {
  type JsonObject,
  type PropertyMap,
  SecretValue,
  UNKNOWN,
  decodeProperties,
  encodeProperties,
  redactSecrets,
} from "../../local/doubles/kubernetes/properties";
import { replacingFields } from "../../local/doubles/kubernetes/replacements";
import { parseUrn } from "../../local/doubles/kubernetes/resource-type";

const frozen = { configMaps: false, secrets: false };
const mutable = { configMaps: true, secrets: true };

describe("properties of the provider protocol", () => {
  it("keep secrets, unknowns, lists and numbers through a round trip", () => {
    const properties: PropertyMap = { a: new SecretValue({ b: [1, UNKNOWN] }), c: null, d: [new SecretValue("s")] };
    assert.deepEqual(decodeProperties(encodeProperties(properties)), properties);
  });

  it("leave no secret in a message, not even one that is part of another", () => {
    const properties = { a: new SecretValue("hunter"), b: { c: new SecretValue(["hunter2"]) }, d: "plain" };
    assert.equal(redactSecrets("plain hunter2 hunter", properties), "plain [secret] [secret]");
    assert.equal(redactSecrets('data: "aHVudGVyMg=="', properties), 'data: "[secret]"');
  });
});

describe("names that the Kubernetes stand-in makes", () => {
  const source: NameSource = { logicalName: "web", seed: new Uint8Array([1, 2, 3]) };
  const nameIn = (inputs: JsonObject): unknown => (inputs.metadata as JsonObject).name;

  it("are the logical name and eight hexadecimal characters of the seed, marked as made", () => {
    const named = withName({ kind: "Pod" }, {}, source);
    assert.match(String(nameIn(named)), /^web-[0-9a-f]{8}$/);
    assert.deepEqual((named.metadata as JsonObject).annotations, { "pulumi.com/autonamed": "true" });
    assert.equal(nameIn(withName({}, {}, source)), nameIn(named));
    assert.notEqual(nameIn(withName({}, {}, { ...source, seed: new Uint8Array([4]) })), nameIn(named));
  });

  it("stay with the object, unless the program names it", () => {
    const old = withName({}, {}, source);
    assert.deepEqual(withName({}, old, { ...source, seed: new Uint8Array() }), old);
    assert.equal(nameIn(withName({ metadata: { name: "mine" } }, old, source)), "mine");
    assert.equal(nameIn(withName({ metadata: { name: UNKNOWN } }, old, source)), UNKNOWN);
  });

  it("follow the engine's naming configuration", () => {
    const proposed = withName({}, {}, { ...source, autonaming: { mode: "propose", proposedName: "dev-web" } });
    assert.equal(nameIn(proposed), "dev-web");
    const disabled: NameSource = { ...source, autonaming: { mode: "disable", proposedName: "" } };
    assert.throws(() => withName({}, {}, disabled), /metadata.name: required/);
    assert.throws(() => withName({ metadata: { generateName: "w-" } }, {}, source), /generateName: not possible/);
  });
});

describe("differences that the Kubernetes stand-in reports", () => {
  const named = (spec: JsonObject): JsonObject => ({ metadata: { name: "n", namespace: "d" }, spec });

  for (const [label, before, after, changes] of [
    ["nothing for equal inputs in another order", { a: 1, b: { c: [2] } }, { b: { c: [2] }, a: 1 }, []],
    ["an added, a removed and a changed property", { a: 1, b: 2 }, { b: 3, c: 4 }, ["delete a", "update b", "add c"]],
    ["the item of a list", { l: [{ p: 1 }, { p: 2 }] }, { l: [{ p: 1 }, { p: 3 }, {}] }, ["update l[1].p", "add l[2]"]],
    ["a key with dots", { m: { "a.b/c": "x" } }, { m: { "a.b/c": "y" } }, ['update m["a.b/c"]']],
    ["a value that becomes known later", { a: { b: 1 } }, { a: UNKNOWN }, ["update a"]],
    ["no difference between null and absent", { a: null }, {}, []],
  ] as [string, JsonObject, JsonObject, string[]][]) {
    it(`are ${label}`, () => {
      const difference = diffInputs(before, after, []);
      assert.deepEqual(
        difference.changes.map(({ kind, path }) => `${kind} ${path}`),
        changes,
      );
      assert.equal(difference.deleteBeforeReplace, false);
    });
  }

  for (const [label, before, after, field, replaces] of [
    ["the field itself", { s: { x: 1 } }, { s: { x: 2 } }, "spec.s", ["spec.s.x"]],
    ["a parent that brings the field", {}, { s: { x: 2 } }, "spec.s.x", ["spec.s"]],
    ["a parent without the field", {}, { s: { y: 2 } }, "spec.s.x", []],
    ["a neighbor of the field", { s: 1, sa: 1 }, { s: 1, sa: 2 }, "spec.s", []],
  ] as [string, JsonObject, JsonObject, string, string[]][]) {
    it(`replace an object for ${label}: ${replaces.join() || "no"}`, () => {
      const difference = diffInputs(named(before), named(after), [field]);
      assert.deepEqual(difference.replaces, replaces);
      assert.equal(difference.deleteBeforeReplace, replaces.length > 0);
    });
  }

  it("delete first only where both objects have one name that a person chose", () => {
    const autonamed = { metadata: { name: "n", annotations: { "pulumi.com/autonamed": "true" } } };
    assert.equal(diffInputs({ ...autonamed, a: 1 }, { ...autonamed, a: 2 }, ["a"]).deleteBeforeReplace, false);
    const renamed = diffInputs({ metadata: { name: "a" } }, { metadata: { name: "b" } }, ["metadata.name"]);
    assert.deepEqual([renamed.replaces, renamed.deleteBeforeReplace], [["metadata.name"], false]);
  });
});

describe("fields that the Kubernetes stand-in cannot change in place", () => {
  for (const [object, isMutable, fields] of [
    [{ apiVersion: "apps/v1", kind: "Deployment" }, false, ["spec.selector"]],
    [{ apiVersion: "example.com/v1", kind: "Deployment" }, false, []],
    [{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding" }, false, ["roleRef"]],
    [{ apiVersion: "v1", kind: "ConfigMap" }, false, ["binaryData", "data"]],
    [{ apiVersion: "v1", kind: "ConfigMap" }, true, []],
    [{ apiVersion: "v1", kind: "ConfigMap", immutable: true }, true, ["binaryData", "data"]],
    [{ apiVersion: "v1", kind: "Secret" }, false, ["type", "stringData", "data"]],
    [{ apiVersion: "v1", kind: "Secret" }, true, ["type"]],
  ] as [JsonObject, boolean, string[]][]) {
    it(`are ${fields.join() || "only its identity"} for ${JSON.stringify(object)}, mutable: ${isMutable}`, () => {
      const expected = ["metadata.name", "metadata.namespace", ...fields];
      assert.deepEqual(replacingFields(object, isMutable ? mutable : frozen), expected);
    });
  }
});

describe("inputs that a refresh saves", () => {
  for (const [label, live, inputs, expected] of [
    ["drop what the cluster filled in", { a: 1, filled: 2 }, { a: 1 }, { a: 1 }],
    ["show drift", { a: { b: 2 } }, { a: { b: 1 } }, { a: { b: 2 } }],
    ["miss what was removed", {}, { a: 1 }, {}],
    ["keep an empty list that the API server leaves out", {}, { env: [] }, { env: [] }],
    [
      "keep the spelling of an equal quantity",
      { limits: { cpu: "500m" } },
      { limits: { cpu: 0.5 } },
      { limits: { cpu: 0.5 } },
    ],
    ["show another quantity", { limits: { cpu: "600m" } }, { limits: { cpu: "0.5" } }, { limits: { cpu: "600m" } }],
    ["compare labels as text", { labels: { v: "1.0" } }, { labels: { v: "1" } }, { labels: { v: "1.0" } }],
    ["ignore items that others appended", { l: [{ p: 1, x: 2 }, { p: 3 }] }, { l: [{ p: 1 }] }, { l: [{ p: 1 }] }],
  ] as [string, JsonObject, JsonObject, JsonObject][]) {
    it(label, () => assert.deepEqual(toLiveInputs(live, inputs), expected));
  }

  it("are everything that a program could have written when the object is imported", () => {
    const live = {
      kind: "Pod",
      metadata: { name: "p", uid: "1", managedFields: [] },
      spec: { a: 1 },
      status: { b: 2 },
    };
    assert.deepEqual(toLiveInputs(live, {}), { kind: "Pod", metadata: { name: "p" }, spec: { a: 1 } });
  });

  it("keep live values at ignored paths only where there is one", () => {
    const inputs = { spec: { replicas: 1, other: 1 }, metadata: { annotations: { "a.b/c": "x" } } };
    const live = { spec: { replicas: 5, other: 9 }, metadata: { annotations: { "a.b/c": "y" } } };
    const kept = keepLiveValues(inputs, live, ["spec.replicas", 'metadata.annotations["a.b/c"]', "spec.absent"]);
    assert.deepEqual(kept, { spec: { replicas: 5, other: 1 }, metadata: { annotations: { "a.b/c": "y" } } });
  });
});

describe("fields handed over from the create to the apply", () => {
  const entry = (manager: string, operation: string, fieldsV1: JsonObject): JsonObject => ({
    manager,
    operation,
    fieldsV1,
  });
  const created = entry("pulumi-kubernetes", "Update", { "f:spec": { "f:a": {} } });

  it("join those that the manager has applied already, and leave those of others", () => {
    const applied = entry("m", "Apply", { "f:spec": { "f:b": {} } });
    const foreign = entry("pulumi-kubernetes", "Apply", { "f:spec": { "f:c": {} } });
    const live = { metadata: { resourceVersion: "7", managedFields: [applied, created, foreign] } };
    assert.deepEqual(handOverPatch(live, "m"), [
      {
        op: "replace",
        path: "/metadata/managedFields",
        value: [foreign, entry("m", "Apply", { "f:spec": { "f:a": {}, "f:b": {} } })],
      },
      { op: "replace", path: "/metadata/resourceVersion", value: "7" },
    ]);
  });

  it("are none when the create owns nothing, or only a status", () => {
    const managedFields = [{ ...created, subresource: "status" }, entry("m", "Apply", {})];
    assert.equal(handOverPatch({ metadata: { managedFields } }, "m"), undefined);
  });
});

describe("objects as the SDK and as the API server spell them", () => {
  it("encode a Secret's stringData, so that both forms compare equal", () => {
    const secret = { apiVersion: "v1", kind: "Secret", stringData: { a: "x" }, data: { b: "eQ==" } };
    assert.deepEqual(normalizeInputs(secret), { apiVersion: "v1", kind: "Secret", data: { a: "eA==", b: "eQ==" } });
  });

  it("translate the dashed keys of a CRD both ways", () => {
    const sdk = { schema: [{ x_kubernetes_preserve_unknown_fields: true, x_kubernetes_list_map_keys: ["a"] }] };
    const server = { schema: [{ "x-kubernetes-preserve-unknown-fields": true, "x-kubernetes-list-map-keys": ["a"] }] };
    assert.deepEqual(toManifest(sdk), server);
    assert.deepEqual(fromManifest(server), sdk);
  });

  it("refuse an id that is not a name", () => {
    assert.deepEqual(parseId("a/b"), { namespace: "a", name: "b" });
    for (const id of ["", "a/", "a/b/c"]) assert.throws(() => parseId(id), /expected "name" or "namespace\/name"/);
  });

  it("read the type of a URN", () => {
    const urn = "urn:pulumi:dev::project::own:index:Parent$kubernetes:core/v1:ConfigMapPatch::a::b";
    const { apiVersion, kind, logicalName, isPatch } = parseUrn(urn);
    assert.deepEqual([apiVersion, kind, logicalName, isPatch], ["v1", "ConfigMap", "a::b", true]);
  });
});

describe("secrets in a saved state", () => {
  it("are all data of a Secret, whether the program said so or not", () => {
    const secret = { apiVersion: "v1", kind: "Secret", data: { a: "eA==" } };
    assert.deepEqual(withSecrets(secret, {}).data, new SecretValue({ a: "eA==" }));
  });

  it("are the same parts of live object and inputs as of the program's inputs", () => {
    const object = { kind: "Widget", spec: { token: "t", size: 1 } };
    const from = { spec: { token: new SecretValue("t"), size: 1 } };
    const parts = { inputs: object, live: { ...object, status: {} }, from, fieldManager: "m", initialApiVersion: "v1" };
    const state = toCheckpoint(parts);
    for (const { spec } of [state, state.__inputs as PropertyMap] as PropertyMap[])
      assert.deepEqual(spec, { token: new SecretValue("t"), size: 1 });
  });
});
