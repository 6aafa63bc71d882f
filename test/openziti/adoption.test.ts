import assert from "node:assert/strict";
import { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { RunningServer, startServer } from "../../openziti/server";
import { unknown } from "../../openziti/values";
import { administrator, startTestDouble, tlsFixtures } from "../support/contract-double";
import { clientOf } from "../support/provider-client";
import { startEngine } from "../support/provider-engine";
import { ownTags } from "../support/provider-inputs";
import { ProviderRpc, secret, urnOf } from "../support/provider-rpc";

const urn = urnOf("Service", "overlay-service-gateway");
const declared = { name: "gateway", roleAttributes: ["gateway"], encryptionRequired: true, tags: ownTags };
const foreign = { name: "gateway", roleAttributes: ["by-hand"], encryptionRequired: true, tags: {} };

describe("a preview with consent to take over", () => {
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
    await configure(true);
  });
  afterEach(async () => {
    rpc.close();
    await server.stop();
    engine.stop();
    await double.close();
  });

  const configure = (adopt: boolean) => {
    const password = secret(administrator.password);
    return rpc.configure({ url: double.url, ca: tlsFixtures.ca, username: "admin", password, stack: "test", adopt });
  };
  const existing = (body: typeof foreign | typeof declared) => clientOf(double.url).create("services", body);

  it("says whose object it is, and what would be changed in it", async () => {
    await existing(foreign);
    await rpc.create(urn, declared, true);
    const [said = "", ...more] = engine.logged;
    assert.deepEqual(more, []);
    assert.match(
      said,
      /^warning of .*Service::overlay-service-gateway: .*"gateway" exists already and belongs to no stack/,
    );
    assert.match(said, /changes roleAttributes \["by-hand"\] -> \["gateway"\], tags \{\} -> \{/);
  });

  it("changes nothing yet", async () => {
    await existing(foreign);
    double.requests.length = 0;
    await rpc.create(urn, declared, true);
    assert.deepEqual(
      double.requests.filter(({ method, path }) => method !== "GET" && !path.includes("authenticate")),
      [],
    );
  });

  it("is silent about a free name and about the stack's own objects", async () => {
    await rpc.create(urn, declared, true);
    await existing(declared);
    await rpc.create(urn, declared, true);
    assert.deepEqual(engine.logged, []);
  });

  it("compares what is known and is silent about the rest", async () => {
    await existing(foreign);
    await rpc.create(urn, { ...declared, roleAttributes: ["by-hand"], configs: unknown }, true);
    assert.match(engine.logged.join(), /changes tags/);
    assert.doesNotMatch(engine.logged.join(), /configs|roleAttributes/);
  });

  it("asks nothing without consent", async () => {
    await existing(foreign);
    await configure(false);
    double.requests.length = 0;
    await rpc.create(urn, declared, true);
    assert.deepEqual([double.requests.length, engine.logged], [0, []]);
  });
});
