import assert from "node:assert/strict";
import { ApiError, CancelledError, ProtocolError } from "../../openziti/client/errors";
import { equals } from "../../openziti/client/filter";
import { clientOf, fakeClock } from "../support/provider-client";
import { login, Reply, ScriptedServer, startScriptedServer } from "../support/provider-https";

const page = (entities: unknown[], totalCount = entities.length): Reply => ({
  status: 200,
  json: { data: entities, meta: { pagination: { limit: 500, offset: 0, totalCount } } },
});
const refusal = (status: number, code: string, cause: object = {}): Exclude<Reply, string> => ({
  status,
  json: { error: { code, message: "a message", requestId: "r1", cause } },
});

describe("client of the management API", () => {
  let server: ScriptedServer;
  afterEach(() => server.close());

  /** Starts a server that lets everybody log in and answers the other requests in order; the last answer repeats. */
  async function script(...replies: Reply[]) {
    let next = 0;
    server = await startScriptedServer(({ target }) => {
      if (target.includes("/authenticate") || target.includes("/current-api-session")) return login;
      return replies[Math.min(next++, replies.length - 1)] ?? "hang up";
    });
    return clientOf(server.url);
  }
  const requests = () => server.seen.filter(({ target }) => !/authenticate|current-api-session/.test(target));

  it("lists every page in the order of ids until the announced total", async () => {
    const entities = [...Array(1203).keys()].map((index) => ({ id: `${index}`, name: `n${index}` }));
    const client = await script(
      page(entities.slice(0, 500), 1203),
      page(entities.slice(500, 1000), 1203),
      page(entities.slice(1000), 1203),
    );
    assert.equal((await client.list("services")).length, 1203);
    const queries = requests().map(({ target }) => target.split("?")[1]);
    assert.deepEqual(
      queries,
      [0, 500, 1000].map((offset) => `limit=500&offset=${offset}&sort=id`),
    );
  });

  it("fails rather than returning a list that is cut short", async () => {
    const client = await script(page([{ id: "1", name: "a" }], 3), page([], 3));
    await assert.rejects(client.list("services"), ProtocolError);
  });

  it("encodes a filter once, with quotes and backslashes escaped", async () => {
    const client = await script(page([]));
    const name = 'a "b" \\ ü&=%20';
    assert.equal(await client.tryFind("services", { name }), undefined);
    const query = new URL(requests()[0]?.target ?? "", server.url).searchParams;
    assert.equal(query.get("filter"), 'name = "a \\"b\\" \\\\ ü&=%20"');
    assert.equal(equals("name", "plain"), 'name = "plain"');
  });

  it("takes only an object whose name is exactly the one asked for", async () => {
    const client = await script(page([{ id: "1", name: "Gateway" }]));
    assert.equal(await client.tryFind("services", { name: "gateway" }), undefined);
  });

  it("encodes an id that would change the path", async () => {
    const client = await script(refusal(404, "NOT_FOUND"));
    assert.equal(await client.tryGet("services", "../identities?x"), undefined);
    assert.ok(requests()[0]?.target.endsWith("/services/..%2Fidentities%3Fx"));
  });

  it("counts an object that is gone as deleted", async () => {
    const client = await script(refusal(404, "NOT_FOUND"));
    await client.remove("services", "x");
    assert.equal(requests().length, 1);
  });

  it("gives code, field and reason of a refusal, and never the value", async () => {
    const client = await script(
      refusal(400, "COULD_NOT_VALIDATE", { field: "name", reason: "too long", value: "hunter2" }),
    );
    await assert.rejects(client.patch("services", "x", { name: "y" }), (error: ApiError) => {
      assert.deepEqual(
        [error.status, error.code, error.field, error.reason],
        [400, "COULD_NOT_VALIDATE", "name", "too long"],
      );
      assert.match(
        error.message,
        /Changing name of services\/x: .*400 COULD_NOT_VALIDATE \(name: too long\) \[request r1\]/,
      );
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  });

  it("keeps the status when a proxy answers with something that is not JSON", async () => {
    const client = await script({ status: 418, text: "<html>teapot</html>" });
    await assert.rejects(client.patch("services", "x", { name: "y" }), (error: ApiError) => error.status === 418);
  });

  it("waits longer each time the controller is busy, and then goes on", async () => {
    const clock = fakeClock();
    await script(refusal(429, "RATE_LIMITED"), refusal(503, "TIMEOUT"), "hang up", page([]));
    const client = clientOf(server.url, { clock });
    assert.deepEqual(await client.list("services"), []);
    assert.deepEqual(clock.slept, [75, 150, 300]);
  });

  for (const [spelled, asked] of [
    ["seconds", "3"],
    ["a date", new Date(3_000).toUTCString()],
  ] as const) {
    it(`leaves a busy controller alone for as long as it asks, in ${spelled}`, async () => {
      const clock = fakeClock();
      await script({ ...refusal(429, "RATE_LIMITED"), headers: { "retry-after": asked } }, page([]));
      await clientOf(server.url, { clock }).list("services");
      assert.deepEqual(clock.slept, [3_000]);
    });
  }

  it("does not wait at all for a controller that asks for more than the deadline", async () => {
    const clock = fakeClock();
    await script({ ...refusal(503, "TIMEOUT"), headers: { "retry-after": "3600" } }, page([]));
    const listed = clientOf(server.url, { clock }).list("services");
    await assert.rejects(listed, (error: ApiError) => error.status === 503);
    assert.deepEqual(clock.slept, []);
  });

  it("gives up at the deadline with the controller's own reason", async () => {
    const clock = fakeClock();
    await script(refusal(503, "CLUSTER_NO_LEADER"));
    const client = clientOf(server.url, {
      clock,
      patience: { deadlineMs: 1000, firstWaitMs: 100, longestWaitMs: 400 },
    });
    await assert.rejects(client.remove("services", "x"), (error: ApiError) => error.code === "CLUSTER_NO_LEADER");
    assert.ok(clock.now() <= 1000, `slept ${clock.slept.join(", ")}`);
    assert.ok(clock.slept.length >= 3);
  });

  it("does not repeat what the controller refuses for good", async () => {
    const client = await script(refusal(409, "CAN_NOT_DELETE_REFERENCED_ENTITY"));
    await assert.rejects(client.remove("services", "x"), ApiError);
    assert.equal(requests().length, 1);
  });

  it("has at most eight requests in flight", async () => {
    let open = 0;
    let most = 0;
    server = await startScriptedServer(({ target }) => {
      if (/authenticate|current-api-session/.test(target)) return login;
      most = Math.max(most, ++open);
      return "stay silent";
    });
    const client = clientOf(server.url);
    const all = [...Array(20).keys()].map((index) => client.tryGet("services", `${index}`));
    const settled = Promise.allSettled(all);
    while (requests().length < 8) await new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(most, 8);
    await client.close();
    const outcomes = await settled;
    assert.ok(outcomes.every((each) => each.status === "rejected" && each.reason instanceof CancelledError));
  });

  it("stops waiting for another attempt when it is closed", async () => {
    await script(refusal(503, "TIMEOUT"));
    const never = { ...fakeClock(), sleep: (_: number, signal: AbortSignal) => untilAborted(signal) };
    const client = clientOf(server.url, { clock: never });
    const outcome = assert.rejects(client.tryGet("services", "x"), CancelledError);
    while (requests().length < 1) await new Promise((resolve) => setImmediate(resolve));
    await client.close();
    await outcome;
  });
});

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new CancelledError())));
}
