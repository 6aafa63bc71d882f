import assert from "node:assert/strict";
import { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { RunningServer, startServer } from "../../openziti/server";
import { unknown } from "../../openziti/values";
import { administrator, startTestDouble, tlsFixtures } from "../support/contract-double";
import { clientOf } from "../support/provider-client";
import { ownTags } from "../support/provider-inputs";
import { startEngine } from "../support/provider-engine";
import { ProviderRpc, secret, urnOf } from "../support/provider-rpc";

const urn = urnOf("ForeignGrants", "overlay-foreign-grants");

describe("the watch over policies of others", () => {
  let double: ControllerDouble;
  let server: RunningServer;
  let rpc: ProviderRpc;
  let engine: Awaited<ReturnType<typeof startEngine>>;
  beforeEach(async () => {
    double = await startTestDouble();
    engine = await startEngine();
    server = await startServer();
    rpc = new ProviderRpc(server.port);
    await rpc.handshake(engine.address);
    const password = secret(administrator.password);
    await rpc.configure({ url: double.url, ca: tlsFixtures.ca, username: "admin", password, stack: "test" });
    const gateway = { name: "gateway", roleAttributes: ["gateway"], encryptionRequired: true, tags: ownTags };
    await clientOf(double.url).create("services", gateway);
    double.requests.length = 0;
  });
  afterEach(async () => {
    rpc.close();
    await server.stop();
    engine.stop();
    await double.close();
  });

  async function addRogue() {
    const roles = { semantic: "AnyOf", identityRoles: ["#all"], serviceRoles: ["#all"] };
    await clientOf(double.url).create("service-policies", { name: "rogue", type: "Dial", ...roles, tags: {} });
    double.requests.length = 0;
  }

  const namesOf = (state: Record<string, unknown>) => (state["grants"] as { name: string }[]).map(({ name }) => name);

  it("asks when it is made, with three lists and nothing else", async () => {
    await addRogue();
    assert.deepEqual(namesOf((await rpc.create(urn, {})).properties), ["rogue"]);
    assert.deepEqual(double.requests.map(({ method, path }) => `${method} ${path}`).sort(), [
      ...["GET /service-policies", "GET /service-policies", "GET /services", "POST /authenticate"],
    ]);
  });

  it("finds at a refresh what came since, and warns with its name", async () => {
    const { id, properties } = await rpc.create(urn, {});
    assert.deepEqual(namesOf(properties), []);
    await addRogue();
    const read = await rpc.read(urn, id, {}, properties);
    assert.deepEqual([read.id, read.inputs, namesOf(read.properties)], [id, {}, ["rogue"]]);
    assert.deepEqual(engine.logged, [
      `warning of ${urn}: Policy "rogue" is not this stack's and lets #all dial gateway.`,
    ]);
  });

  it("warns of twenty by name, and of how many more there are", async () => {
    const roles = { type: "Dial", semantic: "AnyOf", identityRoles: ["#a"], serviceRoles: ["#gateway"], tags: {} };
    for (let index = 0; index < 23; index++) {
      await clientOf(double.url).create("service-policies", { ...roles, name: `rogue-${index}` });
    }
    const { properties } = await rpc.read(urn, "foreign-grants", {}, {});
    assert.equal(namesOf(properties).length, 23);
    assert.equal(engine.logged.length, 21);
    assert.match(engine.logged.at(-1) ?? "", /: 3 more policies that are not this stack's reach its services\.$/);
  });

  it("asks one question more in a refresh that has read the stack's services and policies", async () => {
    const policy = {
      type: "Dial",
      semantic: "AnyOf",
      identityRoles: ["#a"],
      serviceRoles: ["#gateway"],
      tags: ownTags,
    };
    const id = await clientOf(double.url).create("service-policies", { ...policy, name: "own" });
    const [service] = await clientOf(double.url).list("services");
    double.requests.length = 0;
    await rpc.read(urnOf("ServicePolicy"), id, { ...policy, name: "own" }, {});
    await rpc.read(urnOf("Service"), service?.id ?? "", { name: "gateway", tags: ownTags }, {});
    await rpc.read(urn, "foreign-grants", {}, {});
    assert.deepEqual(double.requests.map(({ method, path }) => `${method} ${path}`).sort(), [
      ...["GET /service-policies", "GET /service-policies", "GET /services", "POST /authenticate"],
    ]);
  });

  it("sends nothing in a preview, in a run that changes nothing, and when it goes", async () => {
    assert.deepEqual((await rpc.create(urn, {}, true)).properties, { grants: unknown });
    assert.equal((await rpc.diff(urn, "foreign-grants", {}, {}, { grants: [] })).hasChanges, false);
    await rpc.delete(urn, "foreign-grants");
    assert.deepEqual(double.requests, []);
  });

  it("takes no property", async () => {
    assert.deepEqual((await rpc.check(urn, {})).failures, []);
    const { failures } = await rpc.check(urn, { grants: [] });
    assert.deepEqual(failures, [{ property: "grants", reason: "is no property of ForeignGrants, which takes none" }]);
  });
});
