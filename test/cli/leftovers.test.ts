import assert from "node:assert/strict";
import { toSweepConnection } from "../../cli/leftovers/connection";
import { findTagged, idsInState } from "../../cli/leftovers/sweep";
import { LocalError } from "../../local/local-error";
import type { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { ownTagsOf } from "../../openziti/server/own-tags";
import { startTestDouble } from "../support/contract-double";
import { clientOf } from "../support/provider-client";

const destroyed = { deployment: {} };
const provider = { type: "pulumi:providers:openziti", inputs: { url: "https://b:1281", stack: "dev", username: "u" } };
const settings = (controller: object) => ({ "agyn-networking:controller": { value: JSON.stringify(controller) } });
const admin = { username: "admin", password: "correct horse" };

describe("the search for leftovers", () => {
  let double: ControllerDouble;
  before(async () => {
    double = await startTestDouble({ record: false });
  });
  after(() => double.close());

  it("finds what carries the stack's tags, of every kind, and nothing else", async () => {
    const client = clientOf(double.url);
    const service = { encryptionRequired: true };
    const own = await client.create("services", { ...service, name: "left", tags: ownTagsOf("dev") });
    await client.create("services", { ...service, name: "of-another-stack", tags: ownTagsOf("prod") });
    await client.create("services", { ...service, name: "by-hand", tags: { "agyn-stack": "dev" } });
    const router = await client.create("edge-routers", { name: "router", tags: ownTagsOf("dev") });
    assert.deepEqual(await findTagged(client, "dev"), [
      { collection: "services", name: "left", id: own },
      { collection: "edge-routers", name: "router", id: router },
    ]);
    await client.close();
  });

  it("knows the overlay's objects of an exported state, and of a destroyed one none", () => {
    const resources = [
      { type: "openziti:index:Service", id: "s" },
      { type: "kubernetes:core/v1:Secret", id: "k" },
    ];
    assert.deepEqual(idsInState({ deployment: { resources } }), new Set(["s"]));
    assert.deepEqual(idsInState(destroyed), new Set());
  });

  it("asks the controller that the state knows, and after a destroy that of the settings", () => {
    const config = settings({ url: "https://a:1281", ca: "ca", ...admin });
    const of = (exported: object) => toSweepConnection(exported, config, "dev");
    assert.deepEqual(of({ deployment: { resources: [provider] } }).cluster.urls, ["https://b:1281"]);
    const { cluster, credential, stack } = of(destroyed);
    assert.deepEqual([cluster.urls, cluster.ca, stack], [["https://a:1281"], "ca", "dev"]);
    assert.deepEqual(credential, { kind: "password", ...admin });
  });

  for (const [what, controller] of [
    ["the controller went with the stack", { manage: true }],
    ["the way to it did", { url: "https://a:1281", reach: "portForward", ...admin }],
  ] as const) {
    it(`says what to do when ${what}`, () => {
      assert.throws(() => toSweepConnection(destroyed, settings(controller), "dev"), LocalError);
    });
  }
});
