import assert from "node:assert/strict";
import { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { UnreachableError } from "../../openziti/client/errors";
import { connectionProblems, toConnection } from "../../openziti/server/connection";
import { startTestDouble } from "../support/contract-double";
import { clientOf } from "../support/provider-client";

const nobody = "https://127.0.0.1:1";
const nowhere = "https://no-such-controller.invalid:1";

describe("several controllers behind one list of addresses", () => {
  let first: ControllerDouble;
  let second: ControllerDouble;
  beforeEach(async () => {
    [first, second] = await Promise.all([startTestDouble(), startTestDouble()]);
  });
  afterEach(() => Promise.all([first.close(), second.close()]));

  it("asks one of them only, while it answers", async () => {
    const client = clientOf(`${first.url},${second.url}`);
    await client.list("services");
    await client.list("configs");
    await client.close();
    assert.equal(second.requests.length, 0);
    assert.equal(first.requests.at(-1)?.path, "/current-api-session");
  });

  it("goes on with the next, under a session of its own, when one is gone", async () => {
    const client = clientOf(`${first.url},${second.url}`);
    await client.list("services");
    await first.close();
    const lists = ["services", "configs", "identities"].map((collection) => client.list(collection));
    await Promise.all(lists);
    assert.equal(second.requests.filter(({ path }) => path === "/authenticate").length, 1);
    await client.close();
    assert.equal(second.requests.at(-1)?.path, "/current-api-session");
    first = await startTestDouble();
  });

  for (const [what, address] of [
    ["refuses connections", nobody],
    ["has no address", nowhere],
  ] as const) {
    it(`starts with the next when the first ${what}`, async () => {
      const client = clientOf(`${address},${second.url}`);
      assert.deepEqual(await client.list("services"), []);
      await client.close();
    });
  }

  it("comes back to the first when the second fails, and names the last one when all are gone", async () => {
    const client = clientOf(`${first.url},${second.url}`);
    await client.list("services");
    second.addFault({ cut: "before", times: 1 });
    first.addFault({ cut: "before", times: 1 });
    assert.deepEqual(await client.list("services"), []);
    await client.close();
    const patience = { deadlineMs: 1_000, firstWaitMs: 100, longestWaitMs: 500 };
    await assert.rejects(clientOf(`${nobody},https://127.0.0.1:2`, { patience }).list("services"), UnreachableError);
  });

  it("does not create twice when the connection is cut after a POST was accepted", async () => {
    const client = clientOf(`${first.url},${first.url}`);
    first.addFault({ method: "POST", collection: "services", cut: "after" });
    await client.create("services", { name: "once", encryptionRequired: true, tags: { t: "1" } });
    assert.equal((await client.list("services")).length, 1);
    await client.close();
  });

  it("reads the addresses from a list and from a text with commas, and checks each", () => {
    const given = { stack: "s", username: "u", password: "p" };
    const urls = ["https://a:1", "https://b:2"];
    assert.deepEqual(toConnection({ ...given, url: "https://a:1, https://b:2" }).cluster.urls, urls);
    assert.deepEqual(toConnection({ ...given, url: urls }).cluster.urls, urls);
    const reasons = (url: string | string[], more: object = {}) =>
      connectionProblems({ ...given, url, ...more }).map(({ reason }) => reason);
    assert.deepEqual(reasons(urls), []);
    assert.match(reasons("https://a:1,http://b:2").join(), /received "http:\/\/b:2"/);
    assert.match(reasons([]).join(), /an address or a list of addresses/);
    const portForward = (service: string | string[]) => ({ portForward: { namespace: "n", service, port: 1 } });
    assert.match(reasons(urls, portForward("s")).join(), /one Service for each address of url \(received 1 for 2\)/);
    for (const services of ["s, t", ["s", "t"]]) assert.deepEqual(reasons(urls, portForward(services)), []);
  });
});
