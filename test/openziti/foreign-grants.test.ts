import assert from "node:assert/strict";
import { unknown } from "../../openziti/values";
import { clientOf } from "../support/provider-client";
import { ownTags } from "../support/provider-inputs";
import { type RunningProvider, startProvider } from "../support/provider-engine";
import { urnOf } from "../support/provider-rpc";

const urn = urnOf("ForeignGrants", "overlay-foreign-grants");

describe("the watch over policies of others", () => {
  let provider: RunningProvider;
  beforeEach(async () => {
    provider = await startProvider();
    await provider.configure();
    const gateway = { name: "gateway", roleAttributes: ["gateway"], encryptionRequired: true, tags: ownTags };
    await clientOf(provider.double.url).create("services", gateway);
    provider.double.requests.length = 0;
  });
  afterEach(() => provider.stop());

  async function addRogue() {
    const roles = { semantic: "AnyOf", identityRoles: ["#all"], serviceRoles: ["#all"] };
    await clientOf(provider.double.url).create("service-policies", { name: "rogue", type: "Dial", ...roles, tags: {} });
    provider.double.requests.length = 0;
  }

  const namesOf = (state: Record<string, unknown>) => (state["grants"] as { name: string }[]).map(({ name }) => name);

  it("asks when it is made, with three lists and nothing else", async () => {
    await addRogue();
    assert.deepEqual(namesOf((await provider.rpc.create(urn, {})).properties), ["rogue"]);
    assert.deepEqual(provider.double.requests.map(({ method, path }) => `${method} ${path}`).sort(), [
      ...["GET /service-policies", "GET /service-policies", "GET /services", "POST /authenticate"],
    ]);
  });

  it("finds at a refresh what came since, and warns with its name", async () => {
    const { id, properties } = await provider.rpc.create(urn, {});
    assert.deepEqual(namesOf(properties), []);
    await addRogue();
    const read = await provider.rpc.read(urn, id, {}, properties);
    assert.deepEqual([read.id, read.inputs, namesOf(read.properties)], [id, {}, ["rogue"]]);
    assert.deepEqual(provider.engine.logged, [
      `warning of ${urn}: Policy "rogue" is not this stack's and lets #all dial gateway.`,
    ]);
  });

  it("warns of twenty by name, and of how many more there are", async () => {
    const roles = { type: "Dial", semantic: "AnyOf", identityRoles: ["#a"], serviceRoles: ["#gateway"], tags: {} };
    for (let index = 0; index < 23; index++) {
      await clientOf(provider.double.url).create("service-policies", { ...roles, name: `rogue-${index}` });
    }
    const { properties } = await provider.rpc.read(urn, "foreign-grants", {}, {});
    assert.equal(namesOf(properties).length, 23);
    assert.equal(provider.engine.logged.length, 21);
    assert.match(
      provider.engine.logged.at(-1) ?? "",
      /: 3 more policies that are not this stack's reach its services\.$/,
    );
  });

  it("asks one question more in a refresh that has read the stack's services and policies", async () => {
    const policy = {
      type: "Dial",
      semantic: "AnyOf",
      identityRoles: ["#a"],
      serviceRoles: ["#gateway"],
      tags: ownTags,
    };
    const id = await clientOf(provider.double.url).create("service-policies", { ...policy, name: "own" });
    const [service] = await clientOf(provider.double.url).list("services");
    provider.double.requests.length = 0;
    await provider.rpc.read(urnOf("ServicePolicy"), id, { ...policy, name: "own" }, {});
    await provider.rpc.read(urnOf("Service"), service?.id ?? "", { name: "gateway", tags: ownTags }, {});
    await provider.rpc.read(urn, "foreign-grants", {}, {});
    assert.deepEqual(provider.double.requests.map(({ method, path }) => `${method} ${path}`).sort(), [
      ...["GET /service-policies", "GET /service-policies", "GET /services", "POST /authenticate"],
    ]);
  });

  it("sends nothing in a preview, in a run that changes nothing, and when it goes", async () => {
    assert.deepEqual((await provider.rpc.create(urn, {}, true)).properties, { grants: unknown });
    assert.equal((await provider.rpc.diff(urn, "foreign-grants", {}, {}, { grants: [] })).hasChanges, false);
    await provider.rpc.delete(urn, "foreign-grants");
    assert.deepEqual(provider.double.requests, []);
  });

  it("takes no property", async () => {
    assert.deepEqual((await provider.rpc.check(urn, {})).failures, []);
    const { failures } = await provider.rpc.check(urn, { grants: [] });
    assert.deepEqual(failures, [{ property: "grants", reason: "is no property of ForeignGrants, which takes none" }]);
  });
});
