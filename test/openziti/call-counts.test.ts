import assert from "node:assert/strict";
import { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { RunningServer, startServer } from "../../openziti/server";
import { administrator, startTestDouble, tlsFixtures } from "../support/contract-double";
import { clientOf } from "../support/provider-client";
import { ProviderRpc, secret, urnOf } from "../support/provider-rpc";

type Plain = Record<string, unknown>;

describe("requests the provider makes", () => {
  let double: ControllerDouble;
  let servers: { server: RunningServer; rpc: ProviderRpc }[];
  beforeEach(async () => {
    double = await startTestDouble();
    servers = [];
  });
  afterEach(async () => {
    for (const { server, rpc } of servers) {
      rpc.close();
      await server.stop();
    }
    await double.close();
  });

  /** A provider process as one run of Pulumi has it. */
  async function newRun(): Promise<ProviderRpc> {
    const server = await startServer();
    const rpc = new ProviderRpc(server.port);
    servers.push({ server, rpc });
    const password = secret(administrator.password);
    await rpc.configure({ url: double.url, ca: tlsFixtures.ca, username: "admin", password, stack: "test" });
    return rpc;
  }

  async function seen(act: () => Promise<unknown>): Promise<string[]> {
    const from = double.requests.length;
    await act();
    return double.requests
      .slice(from)
      .map(({ method, path }) => `${method} ${path.replace(/^(\/[\w-]+)\/.+$/, "$1/id")}`);
  }

  async function createPolicy(name: string) {
    const rpc = await newRun();
    const given = { name, type: "Dial", identityRoles: ["#a"], serviceRoles: ["#s"] };
    const inputs = (await rpc.check(urnOf("ServicePolicy"), given)).inputs;
    const { id, properties } = await rpc.create(urnOf("ServicePolicy", name), inputs);
    return { id, inputs, properties };
  }

  it("are one login, one POST and one read-back for a new policy", async () => {
    assert.deepEqual(await seen(() => createPolicy("p")), [
      ...["POST /authenticate", "POST /service-policies", "GET /service-policies/id"],
    ]);
  });

  it("are one login, one PATCH and one read-back for one changed policy", async () => {
    const { id, inputs, properties } = await createPolicy("p");
    const rpc = await newRun();
    const news: Plain = { ...inputs, identityRoles: ["#b"] };
    const calls = await seen(async () => {
      await rpc.diff(urnOf("ServicePolicy", "p"), id, inputs, news, properties);
      await rpc.update(urnOf("ServicePolicy", "p"), id, inputs, news, properties);
    });
    assert.deepEqual(calls, ["POST /authenticate", "PATCH /service-policies/id", "GET /service-policies/id"]);
    assert.deepEqual(double.requests.at(-2)?.body, { identityRoles: ["#b"] });
  });

  it("are none for a run that changes nothing, not even at its end", async () => {
    const { id, inputs, properties } = await createPolicy("p");
    const calls = await seen(async () => {
      const rpc = await newRun();
      await rpc.check(urnOf("ServicePolicy", "p"), inputs, inputs);
      assert.equal((await rpc.diff(urnOf("ServicePolicy", "p"), id, inputs, inputs, properties)).hasChanges, false);
      await rpc.cancel();
    });
    assert.deepEqual(calls, []);
  });

  it("are one list for each kind in a refresh, however many objects it has and others have", async () => {
    const policies = await Promise.all(["a", "b", "c", "d"].map(createPolicy));
    const foreign = { type: "Dial", semantic: "AnyOf", identityRoles: ["#all"], serviceRoles: ["#x"], tags: {} };
    for (let index = 0; index < 20; index++)
      await clientOf(double.url).create("service-policies", { ...foreign, name: `foreign-${index}` });
    const rpc = await newRun();
    const calls = await seen(async () => {
      const reads = policies.map(({ id, inputs, properties }) =>
        rpc.read(urnOf("ServicePolicy"), id, inputs, properties),
      );
      const found = await Promise.all(reads);
      assert.deepEqual(
        found.map((each) => each.inputs),
        policies.map(({ inputs }) => inputs),
      );
    });
    assert.deepEqual(calls, ["POST /authenticate", "GET /service-policies"]);
    assert.match(decodeURIComponent(double.requests.at(-1)?.query ?? ""), /tags.agyn-stack\+?=?/);
  });

  it("are one more in a refresh for an object that is gone, and for one that lost its tags", async () => {
    const [kept, gone, bare] = await Promise.all(["kept", "gone", "bare"].map(createPolicy));
    assert.ok(kept && gone && bare);
    await clientOf(double.url).remove("service-policies", gone.id);
    await clientOf(double.url).patch("service-policies", bare.id, { tags: {} });
    const rpc = await newRun();
    const read = ({ id, inputs, properties }: typeof kept) => rpc.read(urnOf("ServicePolicy"), id, inputs, properties);
    const calls = await seen(async () => {
      assert.equal((await read(kept)).id, kept.id);
      assert.equal((await read(gone)).id, "");
      assert.deepEqual((await read(bare)).inputs["tags"], {});
    });
    assert.deepEqual(calls.slice(1), ["GET /service-policies", "GET /service-policies/id", "GET /service-policies/id"]);
  });

  it("do not answer a read after a write from before it", async () => {
    const { id, inputs, properties } = await createPolicy("p");
    const rpc = await newRun();
    await rpc.read(urnOf("ServicePolicy"), id, inputs, properties);
    const news: Plain = { ...inputs, identityRoles: ["#b"] };
    await rpc.update(urnOf("ServicePolicy"), id, inputs, news, properties);
    assert.deepEqual((await rpc.read(urnOf("ServicePolicy"), id, inputs, properties)).inputs["identityRoles"], ["#b"]);
  });

  it("are one DELETE for each object whose kind the controller has none of its own, and a logout at the end", async () => {
    const { id } = await createPolicy("p");
    const rpc = await newRun();
    const calls = await seen(async () => {
      await rpc.delete(urnOf("ServicePolicy"), id);
      await rpc.cancel();
    });
    assert.deepEqual(calls, ["POST /authenticate", "DELETE /service-policies/id", "DELETE /current-api-session"]);
  });
});
