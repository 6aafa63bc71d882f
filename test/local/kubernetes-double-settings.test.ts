import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { loadConnection } from "../../local/doubles/kubernetes/kubeconfig";
import type { JsonObject } from "../../local/doubles/kubernetes/properties";
import { diffSettings, toSettings, validateSettings } from "../../local/doubles/kubernetes/settings";

const kubeconfig = (user: JsonObject, cluster: JsonObject = {}): JsonObject => ({
  "current-context": "one",
  contexts: [
    { name: "one", context: { cluster: "first", user: "me", namespace: "team" } },
    { name: "two", context: { cluster: "second", user: "me" } },
  ],
  clusters: [
    { name: "first", cluster: { server: "https://127.0.0.1:6443", ...cluster } },
    { name: "second", cluster: { server: "https://127.0.0.1:7443" } },
  ],
  users: [{ name: "me", user }],
});

describe("kubeconfig of the Kubernetes stand-in", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "kubeconfig-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("is read from its contents, in the context that was chosen", () => {
    const contents = stringify(kubeconfig({ token: "t" }));
    const current = loadConnection({ kubeconfig: contents });
    assert.deepEqual([current.server, current.namespace], ["https://127.0.0.1:6443", "team"]);
    const chosen = loadConnection({ kubeconfig: contents, context: "two" });
    assert.deepEqual([chosen.server, chosen.namespace], ["https://127.0.0.1:7443", "default"]);
    assert.equal(loadConnection({ kubeconfig: contents, cluster: "second" }).server, "https://127.0.0.1:7443");
  });

  it("is read from a file, with certificates beside it", () => {
    writeFileSync(join(folder, "ca.pem"), "authority");
    const content = kubeconfig({ "client-key-data": "a2V5" }, { "certificate-authority": "ca.pem" });
    writeFileSync(join(folder, "config"), stringify(content));
    const { ca, key } = loadConnection({ kubeconfig: join(folder, "config") });
    assert.deepEqual([String(ca), String(key)], ["authority", "key"]);
  });

  for (const [label, user, expected] of [
    ["a token", { token: "t" }, "Bearer t"],
    ["a password", { username: "u", password: "p" }, "Basic dTpw"],
    ["nothing", {}, undefined],
  ] as [string, JsonObject, string | undefined][]) {
    it(`proves identity by ${label}`, () => {
      assert.equal(loadConnection({ kubeconfig: JSON.stringify(kubeconfig(user)) }).authorization, expected);
    });
  }

  for (const [label, content, context, message] of [
    ["an unknown context", kubeconfig({}), "three", /contexts has no "three"; it has: one, two/],
    ["a server that is no URL", kubeconfig({}, { server: "here" }), "one", /server "here" is not a URL/],
    ["a login program", kubeconfig({ exec: {} }), "one", /users\[\].user.exec needs the real Kubernetes plugin/],
  ] as [string, JsonObject, string, RegExp][]) {
    it(`is refused for ${label}`, () => {
      assert.throws(() => loadConnection({ kubeconfig: JSON.stringify(content), context }), message);
    });
  }

  it("is refused when there is no such file", () => {
    assert.throws(
      () => loadConnection({ kubeconfig: join(folder, "absent") }),
      /absent: no such file; set kubernetes:/,
    );
  });
});

describe("settings of the Kubernetes stand-in", () => {
  it("take switches as the SDK sends them", () => {
    const settings = toSettings({
      enableSecretMutable: "true",
      enableConfigMapMutable: "false",
      upsertExistingObjects: true,
    });
    assert.deepEqual(settings.mutable, { configMaps: false, secrets: true });
    assert.equal(settings.upsertExistingObjects, true);
  });

  it("refuse what only the real plugin does", () => {
    const keys = validateSettings({ enableServerSideApply: "false", renderYamlToDirectory: "out" }).map(
      (one) => one.property,
    );
    assert.deepEqual(keys, ["enableServerSideApply", "renderYamlToDirectory"]);
    assert.deepEqual(validateSettings({ enableServerSideApply: "true" }), []);
  });

  const contents = (server: string): string => JSON.stringify(kubeconfig({ token: "t" }, { server }));
  const [here, there] = [contents("https://127.0.0.1:1"), contents("https://127.0.0.1:2")];
  for (const [label, before, after, diffs, replaces] of [
    ["another server", { kubeconfig: here }, { kubeconfig: there }, ["kubeconfig"], ["kubeconfig"]],
    ["the same server", { kubeconfig: here }, { kubeconfig: `${here}\n` }, ["kubeconfig"], []],
    ["another namespace", { kubeconfig: here, namespace: "a" }, { kubeconfig: here }, ["namespace"], []],
    ["another context", { kubeconfig: here }, { kubeconfig: here, context: "two" }, ["context"], ["context"]],
    [
      "the same cluster identifier",
      { kubeconfig: here, clusterIdentifier: "c" },
      { kubeconfig: there, clusterIdentifier: "c" },
      ["kubeconfig"],
      [],
    ],
  ] as [string, JsonObject, JsonObject, string[], string[]][]) {
    it(`replace the provider for ${label}: ${replaces.join() || "no"}`, () => {
      assert.deepEqual(diffSettings(before, after), { diffs, replaces });
    });
  }
});
