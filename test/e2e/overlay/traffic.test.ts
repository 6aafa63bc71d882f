import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort, tryFindZiti } from "../../support/real-controller";
import { ClientApi } from "./client-api";
import { type Enrolled, LiveNetwork, type Managed } from "./live-network";
import { Backend, fetchDuring, fetchFrom, fetchUntil, openConnection } from "./requests";
import { Tunneler } from "./tunneler";

const gatewayName = "gateway.ziti";
const fromGateway = `gateway for ${gatewayName}`;
const isFromGateway = (answer: string) => answer === fromGateway;

describe("traffic over the overlay, through the real controller and router", () => {
  let network: LiveNetwork;
  let gatewayId: string;
  let gatewayDial: Managed;
  const ends: (() => Promise<void> | void)[] = [];

  before("needs ziti", async function () {
    const ziti = await tryFindZiti();
    if (ziti === undefined) return this.skip();
    network = await LiveNetwork.start(ziti);
    ends.push(() => network.stop());
    const objects = await network.install({ gateway: (await serve("gateway")).port });
    const named = (name: string) => objects.find(({ inputs }) => inputs["name"] === name)!;
    gatewayId = named("gateway").id;
    gatewayDial = { kind: "ServicePolicy", ...named("gateway-dial") };
    await host("gateway-pod", ["gateway-hosts"]);
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  async function serve(name: string): Promise<Backend> {
    const backend = await Backend.start(name);
    ends.push(() => backend.stop());
    return backend;
  }

  async function host(name: string, roles: readonly string[]): Promise<void> {
    const { identityFile } = await network.enroll(name, roles);
    const tunneler = Tunneler.host(network.site, identityFile);
    ends.push(() => tunneler.stop());
  }

  /** An enrolled identity whose tunneler opens a port for the service, and that port. */
  async function client(name: string, roles: readonly string[], service: string): Promise<Enrolled & { port: number }> {
    const identity = await network.enroll(name, roles);
    const port = await freePort();
    const tunneler = Tunneler.proxy(network.site, identity.identityFile, service, port);
    ends.push(() => tunneler.stop());
    return { ...identity, port };
  }

  async function asIdentity<T>({ identityFile }: Enrolled, ask: (api: ClientApi) => Promise<T>): Promise<T> {
    const api = await ClientApi.logIn(network.controller.url, identityFile);
    try {
      return await ask(api);
    } finally {
      await api.close();
    }
  }

  /** Asserts that a tunneler whose identity lacks the role reaches nothing, and that it would with the role. */
  async function assertKeptOut(identity: Enrolled & { port: number }, service: string, role: string): Promise<void> {
    assert.match(await fetchFrom(identity.port, service), /ECONNREFUSED|ECONNRESET|socket hang up/);
    const admitted = await network.update(identity, { roleAttributes: [role] });
    await fetchUntil(identity.port, service, (answer) => answer.endsWith(`for ${service}`));
    await network.update(admitted, { roleAttributes: [] });
  }

  it("brings an agent to the Gateway under the name gateway.ziti", async () => {
    const agent = await client("agent", ["agents"], "gateway");
    await fetchUntil(agent.port, gatewayName, isFromGateway);
    const seen = await asIdentity(agent, (api) => api.services());
    assert.deepEqual(seen.map(({ name }) => name).sort(), ["gateway", "llm-proxy", "tracing"]);
    const { config } = seen.find(({ name }) => name === "gateway")!;
    assert.deepEqual(config["intercept.v1"]?.addresses, [gatewayName]);
    assert.equal(await asIdentity(agent, (api) => api.askToDial(gatewayId)), 201);
  });

  it("shows an identity without a role no service, and lets it dial none", async () => {
    const nobody = await client("nobody", [], "gateway");
    assert.deepEqual(await asIdentity(nobody, (api) => api.services()), []);
    assert.equal(await asIdentity(nobody, (api) => api.askToDial(gatewayId)), 404);
    await assertKeptOut(nobody, gatewayName, "agents");
  });

  it("brings an orchestrator to a runner that was registered at run time, with no new policy", async () => {
    const policies = async () => (await network.administrator.list("service-policies")).map(({ name }) => name).sort();
    const before = await policies();
    const backend = await serve("runner");
    await host("runner", ["runners"]);
    const orchestrator = await client("orchestrator", ["orchestrators"], "runner-x");
    const agent = await client("another-agent", ["agents"], "runner-x");
    await register("runner-x", backend.port);
    const took = await fetchUntil(orchestrator.port, "runner-x", (answer) => answer === "runner for runner-x");
    console.log(`      a runner registered at run time is dialed after ${(took / 1000).toFixed(2)} s`);
    assert.deepEqual(await policies(), before);
    await assertKeptOut(agent, "runner-x", "orchestrators");
  });

  /** As Ziti Management does it: a config, and a service with the runners' role attribute. */
  async function register(name: string, port: number): Promise<void> {
    const tags = { "agyn-managed-by": "ziti-management" };
    const hostType = await network.administrator.tryFind("config-types", { name: "host.v1" });
    const data = { protocol: "tcp", address: "127.0.0.1", port };
    const config = { name: `${name}-host`, configTypeId: hostType?.id, data, tags };
    const configs = [await network.administrator.create("configs", config)];
    const service = { name, roleAttributes: ["runner-services"], encryptionRequired: true, configs, tags };
    await network.administrator.create("services", service);
  }

  it("cuts an agent off whose role is taken away, open connections too, and lets it in again", async () => {
    const agent = await client("revoked-agent", ["agents"], "gateway");
    await fetchUntil(agent.port, gatewayName, isFromGateway);
    const { closed } = await openConnection(agent.port, gatewayName);
    const started = performance.now();
    const revoked = await network.update(agent, { roleAttributes: [] });
    const changed = performance.now();
    const open = (await closed) - started;
    const refused = changed - started + (await fetchUntil(agent.port, gatewayName, (answer) => !isFromGateway(answer)));
    console.log(
      `      a role taken away cuts the open connection after ${seconds(open)}, new ones after ${seconds(refused)}`,
    );
    assert.ok(Math.max(open, refused) < 10_000, "the role's end reached router and tunneler");
    await network.update(revoked, { roleAttributes: ["agents"] });
    await fetchUntil(agent.port, gatewayName, isFromGateway);
  });

  it("loses no request while a policy changes under traffic", async () => {
    const agent = await client("busy-agent", ["agents"], "gateway");
    await fetchUntil(agent.port, gatewayName, isFromGateway);
    const roles = gatewayDial.inputs["identityRoles"] as readonly string[];
    const answers = await fetchDuring(agent.port, gatewayName, async () => {
      let policy = gatewayDial;
      for (let change = 0; change < 20; change++) {
        policy = await network.update(policy, { identityRoles: [...roles, `#extra-${change}`] });
        await sleep(200);
      }
      await network.update(policy, { identityRoles: roles });
    });
    const lost = answers.filter((answer) => !isFromGateway(answer));
    console.log(`      ${answers.length} requests during 21 changes of the policy they depend on, ${lost.length} lost`);
    assert.equal(lost.length, 0, lost[0]);
    assert.ok(answers.length > 50, `only ${answers.length} requests`);
  });
});

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
