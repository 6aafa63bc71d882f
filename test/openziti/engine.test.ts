import assert from "node:assert/strict";
import { Properties } from "../../openziti/values";
import { MemoryController } from "../support/provider-controller";
import { checked, engineOn, kindNamed, ownTags } from "../support/provider-inputs";

const service = kindNamed("Service");
const inputs = checked(service, { name: "gateway", roleAttributes: ["a"] });
const foreign = { name: "gateway", roleAttributes: ["z"], encryptionRequired: true, tags: { owner: "somebody" } };

describe("engine", () => {
  let controller: MemoryController;
  beforeEach(() => {
    controller = new MemoryController();
  });

  it("refuses a name another owner's object has, and names the ways out", async () => {
    const id = controller.insert("services", foreign);
    await assert.rejects(engineOn(controller).create(service, "urn", inputs), (error: Error) => {
      assert.match(error.message, /Service "gateway" exists already and belongs to no stack/);
      assert.match(error.message, new RegExp(`import: "${id}", or set adopt: true on the provider`));
      return true;
    });
    assert.deepEqual(controller.all("services"), [{ ...foreign, id }]);
  });

  it("refuses a name another stack's object has", async () => {
    controller.insert("services", { ...foreign, tags: { ...ownTags, "agyn-stack": "production" } });
    await assert.rejects(engineOn(controller).create(service, "urn", inputs), /belongs to stack "production"/);
  });

  it("takes over what exists when the program asks for it, and brings it to the inputs", async () => {
    const id = controller.insert("services", foreign);
    const stored = await engineOn(controller, { adopt: true }).create(service, "urn", inputs);
    assert.equal(stored.id, id);
    assert.deepEqual(
      controller.all("services").map(({ roleAttributes, tags }) => ({ roleAttributes, tags })),
      [{ roleAttributes: ["a"], tags: ownTags }],
    );
  });

  it("does not take over what it could not bring to the inputs", async () => {
    controller.insert("services", { ...foreign, encryptionRequired: false });
    const creation = engineOn(controller, { adopt: true }).create(service, "urn", inputs);
    await assert.rejects(creation, /exists with another encryptionRequired, which cannot be changed in place/);
  });

  it("refuses two resources for one object, in whichever order they come", async () => {
    const engine = engineOn(controller);
    const { id } = await engine.create(service, "urn:first", inputs);
    await assert.rejects(engine.create(service, "urn:second", inputs), /declared already by urn:first/);
    assert.throws(() => engine.claim(service, id, "urn:second", inputs), /declared already by urn:first/);
  });

  it("keeps the object when a resource is renamed in the program: the new one takes over, the old one lets go", async () => {
    const { id } = await engineOn(controller).create(service, "urn:old", inputs);
    const engine = engineOn(controller);
    assert.equal((await engine.create(service, "urn:new", inputs)).id, id);
    await engine.remove(service, id, "urn:old");
    assert.equal(controller.all("services").length, 1);
    await engineOn(controller).remove(service, id, "urn:new");
    assert.equal(controller.all("services").length, 0);
  });

  it("keeps the object when its replacement comes before its deletion: the replacement finds the name taken by it", async () => {
    const { id } = await engineOn(controller).create(service, "urn", inputs);
    const engine = engineOn(controller);
    engine.claim(service, id, "urn", inputs);
    assert.equal((await engine.create(service, "urn", inputs)).id, id);
    await engine.remove(service, id, "urn");
    assert.equal(controller.all("services").length, 1);
  });

  it("refuses a rename to a taken name before the controller drops it silently", async () => {
    const engine = engineOn(controller);
    const { id, state } = await engine.create(service, "urn", inputs);
    controller.insert("services", { ...foreign, name: "taken" });
    const rename = engine.update(service, id, inputs, { ...inputs, name: "taken", roleAttributes: ["b"] }, state);
    await assert.rejects(rename, /Service "taken" exists already/);
    assert.ok(!controller.calls.includes("patch services"));
  });

  it("does not believe a confirmation: what is stored must be what was declared", async () => {
    const engine = engineOn(controller);
    const { id, state } = await engine.create(service, "urn", inputs);
    controller.patch = () => Promise.resolve();
    const update = engine.update(service, id, inputs, { ...inputs, roleAttributes: ["b"] }, state);
    await assert.rejects(update, /confirmed the change but stores another roleAttributes/);
  });

  it("writes an auth policy whole, because the controller's PATCH loses parts of it", async () => {
    const kind = kindNamed("AuthPolicy");
    const engine = engineOn(controller);
    const olds = checked(kind, { name: "a", primary: { cert: { allowed: true } } });
    const { id, state } = await engine.create(kind, "urn", olds);
    const news = checked(kind, { name: "a", primary: { updb: { allowed: true, minPasswordLength: 12 } } });
    await engine.update(kind, id, olds, news, state);
    assert.ok(controller.calls.includes("put auth-policies") && !controller.calls.includes("patch auth-policies"));
    assert.deepEqual(Object.keys(controller.bodies.at(-1) ?? {}).sort(), ["name", "primary", "secondary", "tags"]);
  });

  it("says what to do when an object vanished before its update", async () => {
    await assert.rejects(engineOn(controller).update(service, "gone", inputs, inputs, inputs), /pulumi refresh/);
  });

  it("reports a missing object as gone and deletes it without complaint", async () => {
    assert.equal(await engineOn(controller).tryRead(service, "gone", inputs), undefined);
    await engineOn(controller).remove(service, "gone", "urn");
  });

  it("imports by id and by name, and writes the stack's tags with the first change", async () => {
    const id = controller.insert("services", foreign);
    const engine = engineOn(controller);
    const byName = await engine.tryRead(service, "gateway");
    assert.deepEqual(byName, await engine.tryRead(service, id));
    const imported = byName?.inputs ?? {};
    assert.deepEqual(imported["tags"], { owner: "somebody", ...ownTags });
    await engine.update(service, id, imported, { ...imported, roleAttributes: ["b"] }, imported);
    assert.deepEqual(controller.bodies, [{ roleAttributes: ["b"] }, { tags: { owner: "somebody", ...ownTags } }]);
  });

  it("brings back what others changed since the last refresh, with the change that was asked for", async () => {
    const engine = engineOn(controller);
    const { id } = await engine.create(service, "urn", inputs);
    controller.insert("services", { ...foreign, id, tags: ownTags, terminatorStrategy: "random" });
    await engine.update(service, id, inputs, { ...inputs, roleAttributes: ["b"] }, inputs);
    const [entity] = controller.all("services");
    assert.deepEqual([entity?.["roleAttributes"], entity?.["terminatorStrategy"]], [["b"], "smartrouting"]);
  });

  it("shows drift of an object and of its tags", async () => {
    const engine = engineOn(controller);
    const { id } = await engine.create(service, "urn", inputs);
    controller.insert("services", { ...foreign, id, roleAttributes: ["a", "x"] });
    const read = await engine.tryRead(service, id, inputs);
    assert.deepEqual([read?.inputs["roleAttributes"], read?.inputs["tags"]], [["a", "x"], { owner: "somebody" }]);
  });

  for (const name of ["Identity", "EdgeRouter"]) {
    it(`leaves alone the attributes others add to an ${name}`, async () => {
      const kind = kindNamed(name);
      const engine = engineOn(controller);
      const olds = checked(kind, { name: "x", roleAttributes: ["a", "b"] });
      const { id, state } = await engine.create(kind, "urn", olds);
      const [entity] = controller.all(kind.collection);
      assert.ok(entity);
      controller.insert(kind.collection, { ...entity, roleAttributes: ["a", "b", "theirs"] });
      assert.deepEqual((await engine.tryRead(kind, id, olds, state))?.inputs, olds);
      await engine.update(kind, id, olds, { ...olds, roleAttributes: ["b", "c"] }, state);
      assert.deepEqual(controller.all(kind.collection)[0]?.["roleAttributes"], ["b", "c", "theirs"]);
    });
  }

  it("keeps the enrollment token after the controller stops showing it", async () => {
    const router = kindNamed("EdgeRouter");
    const engine = engineOn(controller);
    const olds = checked(router, { name: "r" });
    const { id, state } = await engine.create(router, "urn", olds);
    const [entity] = controller.all("edge-routers");
    controller.insert("edge-routers", {
      ...entity,
      name: "r",
      enrollmentJwt: null,
      enrollmentExpiresAt: null,
      isVerified: true,
    });
    const read = await engine.tryRead(router, id, olds, state);
    assert.deepEqual(read?.state, { ...state, isVerified: true });
    assert.equal(state["enrollmentJwt"], "one-time-token");
  });

  it("names a config type the controller does not have, and finds it once it is there", async () => {
    const kind = kindNamed("Config");
    const config = checked(kind, { name: "c", configType: "new.v1", data: {} });
    const engine = engineOn(controller);
    await assert.rejects(
      engine.create(kind, "urn", config),
      /configType: the controller has no "new\.v1" in config-types/,
    );
    const typeId = controller.insert("config-types", { name: "new.v1" });
    await engine.create(kind, "urn", config);
    assert.equal(controller.all("configs")[0]?.["configTypeId"], typeId);
  });

  const reserved: readonly (readonly [
    what: string,
    kind: string,
    entity: Properties & { name: string },
    says: RegExp,
  ])[] = [
    ["the default admin", "Identity", { name: "admin", isDefaultAdmin: true }, /the controller's default admin/],
    ["a router's identity", "Identity", { name: "r", typeId: "Router" }, /belongs to an edge router/],
    ["the default auth policy", "AuthPolicy", { id: "default", name: "Default" }, /default policy/],
    [
      "a tunneller's policy",
      "EdgeRouterPolicy",
      { name: "edge-router-x-system", isSystem: true },
      /router's tunneller/,
    ],
  ];
  for (const [what, name, entity, says] of reserved) {
    it(`never changes, deletes or takes over ${what}`, async () => {
      const kind = kindNamed(name);
      const engine = engineOn(controller, { adopt: true });
      const id = controller.insert(kind.collection, entity);
      const before = JSON.stringify(controller.all(kind.collection));
      await assert.rejects(engine.remove(kind, id, "urn"), says);
      await assert.rejects(engine.update(kind, id, {}, { name: "other" }, {}), says);
      await assert.rejects(engine.create(kind, "urn", { name: entity.name, tags: {} }), says);
      assert.equal(JSON.stringify(controller.all(kind.collection)), before);
    });
  }
});
