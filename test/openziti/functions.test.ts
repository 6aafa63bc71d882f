import assert from "node:assert/strict";
import { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { functions } from "../../openziti/functions";
import { RunningServer, startServer } from "../../openziti/server";
import { administrator, startTestDouble, tlsFixtures } from "../support/contract-double";
import { clientOf } from "../support/provider-client";
import { ownTags } from "../support/provider-inputs";
import { ProviderRpc, secret, withoutSecrets } from "../support/provider-rpc";

const foreign = { "agyn-managed-by": "agyn-networking", "agyn-stack": "another" };

describe("functions of the provider", () => {
  let double: ControllerDouble;
  let server: RunningServer;
  let rpc: ProviderRpc;
  const client = () => clientOf(double.url);
  before(async () => {
    double = await startTestDouble();
    server = await startServer();
    rpc = new ProviderRpc(server.port);
    const password = secret(administrator.password);
    await rpc.configure({ url: double.url, ca: tlsFixtures.ca, username: "admin", password, stack: "test" });
    await populate();
  });
  after(async () => {
    rpc.close();
    await server.stop();
    await double.close();
  });

  const policy = (name: string, serviceRoles: readonly string[], more: object = {}) =>
    client().create("service-policies", {
      ...{ name, type: "Dial", semantic: "AnyOf", identityRoles: ["#agents"], serviceRoles, tags: {} },
      ...more,
    });

  async function populate() {
    const service = (name: string, roleAttributes: readonly string[], tags = ownTags) =>
      client().create("services", { name, roleAttributes, encryptionRequired: true, tags });
    const id = await service("gateway", ["gateway", "public"]);
    const other = await service("not-ours", ["elsewhere"], foreign);
    await policy("ours", [`@${id}`], { tags: ownTags });
    await policy("ours-by-role", ["#runner-services"], { tags: ownTags, type: "Bind" });
    await policy("rogue-all", ["#all"], { identityRoles: ["#all"] });
    await policy("rogue-id", [`@${id}`, `@${other}`], { tags: foreign, type: "Bind" });
    await policy("rogue-attribute", ["#public", "#elsewhere"]);
    await policy("rogue-runners", ["#runner-services"]);
    await policy("rogue-both", ["#gateway", "#public"], { semantic: "AllOf" });
    await policy("harmless-half", ["#public", "#elsewhere"], { semantic: "AllOf" });
    await policy("harmless-other", ["#elsewhere", `@${other}`]);
    const body = { type: "Default", isAdmin: false, roleAttributes: ["agents"], enrollment: { ott: true }, tags: {} };
    await client().create("identities", { name: "agent", ...body });
  }

  it("find every policy of others that reaches our services, with type, roles and what is reached", async () => {
    const { grants } = (await rpc.invoke("foreignGrants")).found as { grants: Record<string, unknown>[] };
    assert.deepEqual(
      grants.map(({ name, type, services }) => [name, type, services]),
      [
        ["rogue-all", "Dial", ["#runner-services", "gateway"]],
        ["rogue-attribute", "Dial", ["gateway"]],
        ["rogue-both", "Dial", ["gateway"]],
        ["rogue-id", "Bind", ["gateway"]],
        ["rogue-runners", "Dial", ["#runner-services"]],
      ],
    );
    assert.deepEqual(grants[0]?.["identityRoles"], ["#all"]);
    assert.equal(grants[2]?.["semantic"], "AllOf");
  });

  it("ask at most three questions about foreign grants, however many policies there are", async () => {
    await rpc.invoke("listServices");
    const before = double.requests.length;
    await rpc.invoke("foreignGrants");
    assert.ok(double.requests.length - before <= 3);
  });

  it("tell a service and an identity by name, without a token", async () => {
    const { id, ...service } = (await rpc.invoke("getService", { name: "gateway" })).found;
    assert.equal(typeof id, "string");
    assert.deepEqual(service, { name: "gateway", roleAttributes: ["gateway", "public"], encryptionRequired: true });
    const { found } = await rpc.invoke("getIdentity", { name: "agent" });
    assert.deepEqual(Object.keys(found).sort(), [
      ...["authPolicyId", "credentials", "id", "isAdmin", "name", "roleAttributes"],
    ]);
    await assert.rejects(rpc.invoke("getService", { name: "Gateway" }), /has no "Gateway" in services/);
  });

  it("list services by attribute, in the order of their names", async () => {
    const names = async (args: object) =>
      ((await rpc.invoke("listServices", { ...args })).found["services"] as { name: string }[]).map(({ name }) => name);
    assert.deepEqual(await names({}), ["gateway", "not-ours"]);
    assert.deepEqual(await names({ roleAttribute: "public" }), ["gateway"]);
    assert.deepEqual(await names({ roleAttribute: 'none" or true or name = "' }), []);
  });

  it("ask the controller who may dial and bind, and over which routers", async () => {
    const none = { commonRouters: [], onlineRouters: [] };
    const ask = (service: string) => rpc.invoke("policyAdvice", { identity: "agent", service });
    assert.deepEqual((await ask("gateway")).found, { isDialAllowed: true, isBindAllowed: true, ...none });
    await policy("dial-only", ["#elsewhere"]);
    const { found } = await ask("not-ours");
    assert.deepEqual([found["isDialAllowed"], found["isBindAllowed"]], [true, true]);
    await assert.rejects(ask("gone"), /has no "gone" in services/);
  });

  it("refuse strange and missing arguments, and unknown functions", async () => {
    assert.deepEqual((await rpc.invoke("getService", { Name: "x" })).failures, [
      "Name is not an argument of getService; allowed: name",
      "name is required",
    ]);
    assert.deepEqual((await rpc.invoke("getService", { name: 7 })).failures, ["name must be a text that is not empty"]);
    await assert.rejects(rpc.invoke("getEverything"), /openziti:index:getEverything is not a function/);
  });

  it("keep an answer secret that was asked with a secret", async () => {
    const { found } = await rpc.invoke("getService", { name: secret("gateway") });
    assert.deepEqual(new Set(Object.values(withoutSecrets(found) as object)), new Set(["[secret]"]));
  });

  it("stand in the schema with their arguments and results", async () => {
    const schema = JSON.parse((await rpc.getSchema()).getSchema()) as {
      functions: Record<string, { outputs: object }>;
    };
    assert.deepEqual(
      Object.keys(schema.functions).sort(),
      functions.map(({ name }) => `openziti:index:${name}`).sort(),
    );
  });

  it("write nothing", async () => {
    const from = double.requests.length;
    await rpc.invoke("foreignGrants");
    await rpc.invoke("policyAdvice", { identity: "agent", service: "gateway" });
    assert.deepEqual(new Set(double.requests.slice(from).map(({ method }) => method)), new Set(["GET"]));
  });
});
