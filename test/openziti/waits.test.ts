import assert from "node:assert/strict";
import type { DoubleCluster } from "../../local/doubles/controller/cluster";
import type { ControllerDouble } from "../../local/doubles/controller/controller-double";
import type { ControllerClient } from "../../openziti/client/client";
import { onlineRouter } from "../../openziti/waits/online-router";
import { readyController } from "../../openziti/waits/ready-controller";
import { patienceMs } from "../../openziti/waits/wait";
import { startTestDouble } from "../support/contract-double";
import { clientOf, fakeClock } from "../support/provider-client";
import { ownTags } from "../support/provider-inputs";

const look = "kubectl -n ziti get pods";
const addressOf = (id: string) => `tls:${id}-client.ziti.svc:443`;
const member = (id: string, connected = true) => ({ id, address: addressOf(id), connected, voter: true });
const wanted = ["one", "two", "three"].map((id) => ({ id, address: addressOf(id) }));

describe("an installation that is waited for", () => {
  let double: ControllerDouble;
  let client: ControllerClient;
  let slept: number[];
  async function start(cluster?: DoubleCluster) {
    double = await startTestDouble({ cluster });
    const clock = fakeClock();
    slept = clock.slept;
    client = clientOf(double.url, { clock });
  }
  afterEach(async () => {
    await client.close();
    await double.close();
  });

  const asked = (method: string, end: string) =>
    double.requests.filter((request) => request.method === method && request.path.endsWith(end)).length;
  const waited = () => slept.reduce((sum, ms) => sum + ms, 0);

  describe("as a controller", () => {
    it("is ready when its API answers its administrator", async () => {
      await start();
      await readyController.until(client, { look });
      assert.deepEqual([asked("GET", "current-identity"), slept], [1, []]);
    });

    it("may start for minutes: its API is asked until it answers", async () => {
      await start();
      double.addFault({ collection: "authenticate", cut: "before", times: 40 });
      await readyController.until(client, { look });
      assert.ok(waited() >= 80_000, `${waited()}`);
    });

    it("fails with what is missing and where to look, in bounded time", async () => {
      await start();
      double.addFault({ collection: "authenticate", cut: "before", times: 10_000 });
      await assert.rejects(readyController.until(client, { look }), (error: Error) => {
        assert.match(error.message, /not ready after 300 s: The OpenZiti controller at .* cannot be reached/);
        assert.ok(error.message.includes(`Look: ${look}.`));
        return true;
      });
      assert.ok(waited() <= patienceMs);
    });

    it("is not asked twice with a credential that it refuses", async () => {
      await start();
      double.addFault({ collection: "authenticate", respond: "INVALID_AUTH", times: 10 });
      await assert.rejects(readyController.until(client, { look }), /does not accept/);
      assert.equal(asked("POST", "authenticate"), 1);
    });
  });

  describe("as a cluster", () => {
    it("is ready when every member belongs to it and is connected", async () => {
      await start({ members: ["one", "two", "three"].map((id) => member(id)), waiting: new Map() });
      await readyController.until(client, { look, members: wanted });
      assert.deepEqual([asked("POST", "add-member"), slept], [0, []]);
    });

    it("is asked to take in whoever did not join by itself", async () => {
      await start({
        members: [member("one")],
        waiting: new Map([
          [addressOf("two"), "two"],
          [addressOf("three"), "three"],
        ]),
      });
      await readyController.until(client, { look, members: wanted });
      assert.equal(asked("POST", "add-member"), 2);
    });

    it("names every member that is missing or apart when time is up", async () => {
      await start({ members: [member("one"), member("two", false)], waiting: new Map() });
      await assert.rejects(readyController.until(client, { look, members: wanted }), (error: Error) => {
        assert.match(error.message, /three is no member of the cluster \(.*no peer at tls:three-client/);
        assert.match(error.message, /two is a member and not connected\./);
        return true;
      });
    });
  });

  describe("as a router", () => {
    const create = () => client.create("edge-routers", { name: "ziti-router", tags: ownTags });

    it("is done when it is online", async () => {
      await start();
      const routerId = await create();
      double.verifyRouter(routerId);
      await onlineRouter.until(client, { look, routerId });
      assert.deepEqual(slept, []);
    });

    it("says whether it failed to enroll or to connect", async () => {
      await start();
      const routerId = await create();
      await assert.rejects(
        onlineRouter.until(client, { look, routerId }),
        /not online after 300 s: it has not enrolled/,
      );
      double.verifyRouter(routerId);
      double.disconnectRouter(routerId);
      await assert.rejects(onlineRouter.until(client, { look, routerId }), /it has enrolled and does not reach/);
    });
  });
});
