import assert from "node:assert/strict";
import { unknown } from "../../openziti/values";
import { clientOf } from "../support/provider-client";
import { type RunningProvider, startProvider } from "../support/provider-engine";
import { ownTags } from "../support/provider-inputs";
import { urnOf } from "../support/provider-rpc";

const urn = urnOf("Service", "overlay-service-gateway");
const declared = { name: "gateway", roleAttributes: ["gateway"], encryptionRequired: true, tags: ownTags };
const foreign = { name: "gateway", roleAttributes: ["by-hand"], encryptionRequired: true, tags: {} };

describe("a preview with consent to take over", () => {
  let provider: RunningProvider;
  beforeEach(async () => {
    provider = await startProvider();
    await provider.configure({ adopt: true });
  });
  afterEach(() => provider.stop());

  const existing = (body: typeof foreign | typeof declared) => clientOf(provider.double.url).create("services", body);

  it("says whose object it is, and what would be changed in it", async () => {
    await existing(foreign);
    await provider.rpc.create(urn, declared, true);
    const [said = "", ...more] = provider.engine.logged;
    assert.deepEqual(more, []);
    assert.match(
      said,
      /^warning of .*Service::overlay-service-gateway: .*"gateway" exists already and belongs to no stack/,
    );
    assert.match(said, /changes roleAttributes \["by-hand"\] -> \["gateway"\], tags \{\} -> \{/);
  });

  it("changes nothing yet", async () => {
    await existing(foreign);
    provider.double.requests.length = 0;
    await provider.rpc.create(urn, declared, true);
    assert.deepEqual(
      provider.double.requests.filter(({ method, path }) => method !== "GET" && !path.includes("authenticate")),
      [],
    );
  });

  it("is silent about a free name and about the stack's own objects", async () => {
    await provider.rpc.create(urn, declared, true);
    await existing(declared);
    await provider.rpc.create(urn, declared, true);
    assert.deepEqual(provider.engine.logged, []);
  });

  it("compares what is known and is silent about the rest", async () => {
    await existing(foreign);
    await provider.rpc.create(urn, { ...declared, roleAttributes: ["by-hand"], configs: unknown }, true);
    assert.match(provider.engine.logged.join(), /changes tags/);
    assert.doesNotMatch(provider.engine.logged.join(), /configs|roleAttributes/);
  });

  it("asks nothing without consent", async () => {
    await existing(foreign);
    await provider.configure({ adopt: false });
    provider.double.requests.length = 0;
    await provider.rpc.create(urn, declared, true);
    assert.deepEqual([provider.double.requests.length, provider.engine.logged], [0, []]);
  });
});
