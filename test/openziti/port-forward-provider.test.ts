import * as assert from "node:assert/strict";
import type { ControllerClient } from "../../openziti/client/client";
import { TunnelError } from "../../openziti/client/port-forward/errors";
import { defaultPatience, withRetries } from "../../openziti/client/retry";
import { connectionProblems, secretArguments, toConnection } from "../../openziti/server/connection";
import { renderSchema } from "../../openziti/server/schema";
import { unknown, type Value } from "../../openziti/values";
import { clientOf, fakeClock } from "../support/provider-client";
import { login, type ScriptedServer, startScriptedServer } from "../support/provider-https";
import { FakeCluster, readySlice } from "./port-forward-cluster";

const noObjects = { status: 200, json: { data: [], meta: { pagination: { totalCount: 0 } } } };

describe("a client of a controller behind a port-forward", () => {
  let cluster: FakeCluster;
  let server: ScriptedServer;
  let client: ControllerClient;
  const url = "https://localhost:1281"; // nothing listens there: only the name in it counts
  const clock = fakeClock();

  beforeEach(async () => {
    cluster = new FakeCluster();
    await cluster.start();
    server = await startScriptedServer(({ target }) => (target.includes("authenticate") ? login : noObjects));
    const portForward = { kubeconfig: cluster.kubeconfig(), namespace: "ziti", service: "controller", port: 1281 };
    cluster.pod = serving();
    client = clientOf(url, {
      endpoint: { portForwards: [portForward] },
      clock: { ...clock, sleep: (...args) => asleep(...args) },
    });
    asleep = clock.sleep;
  });
  afterEach(async () => {
    await client.close();
    await server.close();
    await cluster.stop();
  });

  const serving = () => ({ forwardsTo: Number(new URL(server.url).port) });
  let asleep = clock.sleep;

  it("logs in, works and logs out through it", async () => {
    assert.deepEqual(await client.list("services"), []);
    await client.close();
    assert.deepEqual(
      server.seen.map(({ method, target }) => `${method} ${target.split("?")[0]?.split("/").at(-1)}`),
      ["POST authenticate", "GET services", "DELETE current-api-session"],
    );
  });

  it("repeats what a broken tunnel kept from the controller", async () => {
    cluster.pod = { refuses: "connection refused" };
    let waits = 0;
    asleep = async (ms, signal) => {
      await clock.sleep(ms, signal);
      if (++waits === 2) cluster.pod = serving();
    };
    assert.deepEqual(await client.list("services"), []);
    assert.equal(waits, 2);
  });

  it("repeats for its whole patience after a long wait for the controller", async () => {
    const { now, ...moving } = fakeClock();
    let waited = 0;
    const clock = { ...moving, now: () => now() + waited };
    const attempt = (repetition: number) => {
      if (repetition > 0) return Promise.resolve("done");
      waited = 10 * defaultPatience.deadlineMs;
      return Promise.reject(new TunnelError("controller", "ECONNREFUSED"));
    };
    assert.equal(await withRetries(attempt, clock, new AbortController().signal), "done");
  });

  it("waits for a controller that is not ready yet", async () => {
    cluster.slices = [readySlice("controller-0", { ready: false })];
    const listing = client.list("services");
    while (cluster.gets.length < 2) await new Promise((resolve) => setImmediate(resolve));
    cluster.slices = [readySlice("controller-0")];
    assert.deepEqual(await listing, []);
  });

  it("reports at once what no repetition would cure", async () => {
    asleep = () => Promise.reject(new Error("it must not wait"));
    cluster.refusal = { status: 403, message: "services is forbidden" };
    await assert.rejects(client.list("services"), { name: "PortForwardError", message: /ziti\/controller.*forbidden/ });
  });

  it("still refuses a controller whose certificate is for another name", async () => {
    const portForward = { kubeconfig: cluster.kubeconfig(), namespace: "ziti", service: "controller", port: 1281 };
    const other = clientOf("https://elsewhere.test:1281", { endpoint: { portForwards: [portForward] } });
    await assert.rejects(other.list("services"), { name: "TlsError", message: /elsewhere\.test.*is for another name/ });
    await other.close();
  });
});

describe("the provider's argument portForward", () => {
  const others = { url: "https://localhost:1281", stack: "dev", username: "admin", password: "secret" };
  const complete = {
    kubeconfig: "/kube/config",
    context: "kind",
    namespace: "ziti",
    service: "controller",
    port: 1281,
  };

  it("is optional, and always a secret", () => {
    assert.deepEqual(connectionProblems(others), []);
    assert.equal(toConnection(others).cluster.portForwards, undefined);
    assert.ok(secretArguments.has("portForward"));
  });

  it("says where the connection goes", () => {
    assert.deepEqual(toConnection({ ...others, portForward: complete }).cluster.portForwards, [complete]);
  });

  const cases: readonly [string, Value, readonly string[]][] = [
    ["accepts everything that is needed", { namespace: "ziti", service: "controller", port: 1281 }, []],
    ["accepts a kubeconfig and a context", complete, []],
    ["takes null for what is not given", { ...complete, kubeconfig: null, context: null }, []],
    ["waits for what is not known yet", { ...complete, kubeconfig: unknown, namespace: unknown }, []],
    ["may be unknown as a whole", unknown, []],
    ["refuses what is no object", "ziti/controller", ["portForward must be an object"]],
    [
      "names every part that is missing",
      {},
      ["portForward.namespace is required", "portForward.service is required", "portForward.port is required"],
    ],
    [
      "refuses a port that is none",
      { ...complete, port: 0 },
      ["portForward.port must be a whole number from 1 to 65535"],
    ],
    [
      "refuses a port in words",
      { ...complete, port: "x" },
      ["portForward.port must be a whole number from 1 to 65535"],
    ],
    [
      "refuses an empty kubeconfig without showing anything of it",
      { ...complete, kubeconfig: "" },
      ["portForward.kubeconfig must be a text that is not empty"],
    ],
  ];
  for (const [title, portForward, reasons] of cases) {
    it(title, () => {
      const failures = connectionProblems({ ...others, portForward });
      assert.deepEqual(
        failures,
        reasons.map((reason) => ({ property: "portForward", reason })),
      );
    });
  }

  it("is described in the schema with its parts", () => {
    interface ObjectType {
      readonly properties: Readonly<Record<string, { type?: string; $ref?: string; secret?: boolean }>>;
      readonly required: readonly string[];
    }
    const schema = JSON.parse(renderSchema()) as {
      provider: { inputProperties: ObjectType["properties"] };
      types: Readonly<Record<string, ObjectType>>;
    };
    const reference = schema.provider.inputProperties["portForward"]?.$ref ?? "";
    const type = schema.types[reference.replace("#/types/", "")];
    assert.deepEqual(type?.required, ["namespace", "service", "port"]);
    assert.deepEqual([type.properties["kubeconfig"]?.secret, type.properties["port"]?.type], [true, "integer"]);
  });
});
