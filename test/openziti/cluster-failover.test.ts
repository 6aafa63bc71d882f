import assert from "node:assert/strict";
import * as net from "node:net";
import { ControllerClient } from "../../openziti/client/client";
import { enroll } from "../../openziti/client/enrollment";
import { NoMemberError } from "../../openziti/client/errors";
import { endpointsOf } from "../../openziti/client/transport";
import { controllerOverHttps } from "../../cli/rotate/administrator";
import { toStackConnection } from "../../cli/rotate/stack-connection";
import { connectionProblems, toConnection } from "../../openziti/server/connection";
import { startServer } from "../../openziti/server";
import { administrator, startTestDouble, tlsFixtures } from "../support/contract-double";
import { fakeClock } from "../support/provider-client";
import { ProviderRpc, urnOf } from "../support/provider-rpc";
import { login, type ScriptedServer, startScriptedServer } from "../support/provider-https";
import { FakeCluster, readySlice } from "./port-forward-cluster";

const noObjects = { status: 200, json: { data: [], meta: { pagination: { totalCount: 0 } } } };
const busy = { status: 503, json: { error: { code: "CLUSTER_NO_LEADER", message: "no leader" } } };
const certificate = { status: 200, json: { data: { cert: "a chain" } } };
const jwt = ["", { iss: "https://ziti.example:443", jti: "one-time" }, ""]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .join(".");

describe("a controller cluster behind the API server's port-forward", () => {
  let cluster: FakeCluster;
  let server: ScriptedServer;
  let isBusy = false;
  const services = ["controller", "controller-2", "controller-3"];

  beforeEach(async () => {
    isBusy = false;
    cluster = new FakeCluster();
    await cluster.start();
    server = await startScriptedServer(({ target }) => {
      if (target.includes("/enroll/")) return certificate;
      return target.includes("authenticate") ? login : isBusy ? busy : noObjects;
    });
    for (const service of services.slice(1)) cluster.otherSlices.set(service, [readySlice(`${service}-0`)]);
    cluster.pod = serving();
  });
  afterEach(async () => {
    await server.close();
    await cluster.stop();
  });

  const serving = () => ({ forwardsTo: Number(new URL(server.url).port) });
  const given = () => ({
    url: services.map(() => "https://localhost:1281").join(","),
    ca: tlsFixtures.ca,
    ...administrator,
    stack: "dev",
    portForward: { kubeconfig: cluster.kubeconfig(), namespace: "ziti", service: services.join(","), port: 1281 },
  });
  const clientOf = () => {
    assert.deepEqual(connectionProblems(given()), []);
    const { cluster: members, credential } = toConnection(given());
    return new ControllerClient(members, credential, { clock: fakeClock() });
  };
  const forwardedTo = () => cluster.forwards.map(({ url }) => /pods\/([^/]+)/.exec(url)?.[1]);

  for (const [title, breakFirst] of [
    ["has no ready pod", () => (cluster.slices = [readySlice("controller-0", { ready: false })])],
    ["refuses connections", () => cluster.otherPods.set("controller-0", { refuses: "connection refused" })],
    ["has no Service any more", () => (services[0] = "gone")],
  ] as const) {
    it(`goes on with the next when the first ${title}`, async () => {
      breakFirst();
      const client = clientOf();
      try {
        assert.deepEqual(await client.list("services"), []);
      } finally {
        services[0] = "controller";
        await client.close();
      }
      assert.equal(forwardedTo().at(-1), "controller-2-0");
    });
  }

  it("passes a member over within seconds that takes connections and says nothing", async () => {
    cluster.otherPods.set("controller-0", "silent");
    const client = clientOf();
    assert.deepEqual(await client.list("services"), []);
    await client.close();
  });

  it("asks the next when one is up and cannot work", async () => {
    const client = clientOf();
    isBusy = true;
    const listing = client.list("services");
    while (!forwardedTo().includes("controller-2-0")) await new Promise((resolve) => setTimeout(resolve, 5));
    isBusy = false;
    assert.deepEqual(await listing, []);
    await client.close();
  });

  it("names each member and its reason when none answers", async () => {
    cluster.slices = [readySlice("controller-0", { ready: false })];
    cluster.otherPods.set("controller-2-0", { refuses: "it is away" });
    cluster.otherSlices.delete("controller-3");
    const client = clientOf();
    await assert.rejects(client.list("services"), (error: Error) => {
      assert.ok(error instanceof NoMemberError, error.message);
      const [head, ...lines] = error.message.split("\n");
      assert.match(head ?? "", /None of the 3 controllers/);
      assert.match(lines.find((line) => line.includes("ziti/controller,")) ?? "", /no pod is ready/);
      assert.match(lines.find((line) => line.includes("ziti/controller-2,")) ?? "", /it is away/);
      assert.match(lines.find((line) => line.includes("ziti/controller-3,")) ?? "", /404/);
      return true;
    });
    await client.close();
  });

  it("certifies new identities at a member that answers", async () => {
    cluster.slices = [];
    const forwarded = {
      ...given(),
      url: "https://localhost:1,https://localhost:1",
      portForward: { ...given().portForward, service: "controller-mgmt,controller-2-mgmt" },
    };
    cluster.otherSlices.set("controller-2-client", [readySlice("controller-2-0")]);
    cluster.servicePorts = [{ name: "client", port: 443, targetPort: 1280 }];
    assert.equal(await enroll(endpointsOf(toConnection(forwarded).cluster), jwt, "a request"), "a chain");
  });

  it("lets a rotation in at a member that answers", async () => {
    cluster.slices = [];
    const { cluster: members, credential } = toStackConnection(given());
    const session = await controllerOverHttps.tryLogIn(members, credential);
    await session?.close();
    assert.ok(session !== undefined);
  });
});

describe("a controller cluster at addresses of its own", () => {
  it("passes a member over within seconds that takes connections and says nothing", async () => {
    const silent = net.createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const server = await startScriptedServer(({ target }) => (target.includes("authenticate") ? login : noObjects));
    const urls = [`https://127.0.0.1:${(silent.address() as net.AddressInfo).port}`, server.url];
    const client = new ControllerClient(
      { urls, ca: tlsFixtures.ca },
      { method: "password", ...administrator },
      { clock: fakeClock() },
    );
    assert.deepEqual(await client.list("services"), []);
    await client.close();
    await server.close();
    silent.close();
  });
});

describe("a router of a controller cluster whose volume is another one", () => {
  it("is made anew: a token that is issued again is good at one member alone", async () => {
    const double = await startTestDouble();
    const server = await startServer();
    const rpc = new ProviderRpc(server.port);
    const router = urnOf("EdgeRouter");
    let id = "";
    const changes = async (url: string) => {
      await rpc.configure({ url, ca: tlsFixtures.ca, ...administrator, stack: "test" });
      const { inputs } = await rpc.check(router, { name: "r", volume: "first" });
      const ended = { ...inputs, isVerified: false, enrollmentExpiresAt: "2020-01-01T00:00:00Z" };
      return [
        (await rpc.diff(router, id, inputs, { ...inputs, volume: "second" })).details,
        (await rpc.diff(router, id, inputs, inputs, ended)).details,
      ];
    };
    try {
      await rpc.configure({ url: double.url, ca: tlsFixtures.ca, ...administrator, stack: "test" });
      id = (await rpc.create(router, (await rpc.check(router, { name: "r", volume: "first" })).inputs)).id;
      assert.deepEqual(await changes(double.url), [{ volume: "UPDATE" }, { enrollmentJwt: "UPDATE" }]);
      const all = `${double.url},https://127.0.0.1:1`;
      assert.deepEqual(await changes(all), [{ volume: "UPDATE_REPLACE" }, { enrollmentJwt: "UPDATE_REPLACE" }]);
    } finally {
      rpc.close();
      await server.stop();
      await double.close();
    }
  });
});
