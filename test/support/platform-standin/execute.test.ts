import assert from "node:assert/strict";
import { drawRequests, everyLayer } from "./draw";
import { execute, renderCounts, type ProgramResult, type Ways } from "./execute";
import { devInstallation } from "./installation";
import { expectOn, type DrawnRequest, type Ground } from "./request";
import { overlayPolicies } from "../../../access/answers/overlay-policies";
import { hostedServices } from "./overlay";
import { refusedByController, toWay, type ProgramRequest, type Surroundings, type Way } from "./way";
import { standinWorkloads, type Workload } from "./workloads";

const installation = devInstallation({ "networkPolicies.enabled": true });
const { model } = installation;
const workloads = standinWorkloads(model);
const surroundings: Surroundings = {
  model,
  workloads,
  addresses: new Map(workloads.map(({ name }, index) => [name, `10.0.0.${index + 1}`])),
  ingress: "10.0.0.200:443",
};
const onPods = drawRequests(installation, 7).filter(({ layer }) => layer !== "overlay dial");
const packetsAlone: Ground = new Set(["DNS", "network policies"]);

function findWay(drawn: DrawnRequest): Way {
  const way = toWay(drawn, surroundings);
  assert.ok("sender" in way, "lacks" in way ? way.lacks : "");
  return way;
}

/** A cluster that does what `explain` says, but for what `faults` say of some requests. */
function cluster(
  ground: Ground,
  faults: (request: DrawnRequest, times: number) => Partial<ProgramResult> = () => ({}),
) {
  const ways = new Map(onPods.map((drawn) => [drawn, "lacks" in expectOn(ground, drawn) ? undefined : findWay(drawn)]));
  const times = new Map<DrawnRequest, number>();
  const find = (caller: string, url: string, header: boolean) => {
    const found = [...ways].filter(
      ([, way]) =>
        way?.sender.caller === caller &&
        way.request.url === url &&
        Object.keys(way.request.headers ?? {}).length > 0 === header,
    );
    return found.map(([drawn]) => drawn);
  };
  const send: Ways["send"] = (sender, requests) =>
    Promise.resolve(
      requests.map(({ url, headers }) => {
        const [drawn] = find(sender.caller, url, Object.keys(headers ?? {}).length > 0);
        assert.ok(drawn);
        const expected = expectOn(ground, drawn);
        times.set(drawn, (times.get(drawn) ?? 0) + 1);
        const arrived = "arrives" in expected && expected.arrives;
        const body = arrived ? `{"workload":"${ways.get(drawn)?.callees?.[0] ?? ""}"}` : "";
        return { arrived, status: "made up", body, ...faults(drawn, times.get(drawn) ?? 0) };
      }),
    );
  return { ground, toWay: (drawn: DrawnRequest) => toWay(drawn, surroundings), send, pause: () => Promise.resolve() };
}

const anRpc = onPods.find(({ layer, expected }) => layer === "RPC" && expected) as DrawnRequest;
const aDenial = onPods.find(({ layer }) => layer === "stranger") as DrawnRequest;

describe("the executor of drawn requests", () => {
  it("agrees with a cluster that does as explain says, with every layer and with packets alone", async () => {
    const all = await execute(onPods, cluster(everyLayer));
    assert.deepEqual(all.disagreements, []);
    assert.equal(all.lacking.size, 0);
    const few = await execute(onPods, cluster(packetsAlone));
    assert.deepEqual(few.disagreements, []);
    assert.deepEqual([...few.lacking], ["ingress"]);
    assert.ok((few.counts.get("RPC")?.arrived ?? 0) > (all.counts.get("RPC")?.arrived ?? 0));
    assert.match(renderCounts(few), /browser host +50 +0 +0 +0 +50\n[^]*skipped for want of: ingress$/);
  });

  it("names what gets through and should not, and asks no second time", async () => {
    let asked = 0;
    const leak = (drawn: DrawnRequest, times: number) => {
      if (drawn !== aDenial) return {};
      asked++;
      return times === 1 ? { arrived: true, status: "answered", body: "" } : {};
    };
    const { disagreements, counts } = await execute(onPods, cluster(everyLayer, leak));
    assert.deepEqual([disagreements.length, asked, counts.get("stranger")?.disagreed], [1, 1, 1]);
    assert.match(disagreements[0]?.title ?? "", /^stranger: \S+ -> .* does not arrive by .*; got answered$/);
  });

  it("sends what was lost again, and names what never arrives", async () => {
    const lost = (until: number) => (drawn: DrawnRequest, times: number) =>
      drawn === anRpc && times < until ? { arrived: false, status: "timeout", body: "" } : {};
    assert.deepEqual((await execute(onPods, cluster(everyLayer, lost(2)))).disagreements, []);
    const { disagreements } = await execute(onPods, cluster(everyLayer, lost(99)));
    assert.match(disagreements[0]?.title ?? "", /^RPC: .* arrives by .*; got timeout$/);
  });

  it("skips by name what takes a pod that is not a stand-in's", async () => {
    const few = { ...surroundings, workloads: workloads.filter(({ name }) => name !== "chat"), addresses: new Map() };
    const { lacking, counts } = await execute(onPods, {
      ...cluster(everyLayer),
      toWay: (drawn) => toWay(drawn, few),
    });
    assert.ok(lacking.has("a pod that sends as chat") && lacking.has("a pod that answers as chat:9999"));
    assert.ok((counts.get("RPC")?.skipped ?? 0) > 10);
  });

  it("takes for a denial of the overlay what its controller says alone", async () => {
    const dials = drawRequests(installation, 7).filter(({ layer }) => layer === "overlay dial");
    const services = hostedServices(model);
    const ids = new Map(services.map(({ name }) => [name, `id-of-${name}`]));
    const overlay = { services, ids, clientApi: "https://ziti.test/edge/client/v1/services" };
    const way = (drawn: DrawnRequest) => toWay(drawn, { ...surroundings, overlay });
    const answers = (refused: string) => (sender: Workload, requests: readonly ProgramRequest[]) =>
      Promise.resolve(
        requests.map(({ url, leave }) => {
          const service = services.find(({ name }) => leave?.service === `id-of-${name}`);
          const mayDial = overlayPolicies(model, "Dial", sender.role ?? "", service?.target ?? "").length > 0;
          assert.ok(service === undefined || url.includes(`:${service.localPort}`));
          const body = `{"workload":"${service?.hosts[0] ?? ""}"}`;
          return mayDial ? { arrived: true, status: "200", body } : { arrived: false, status: refused, body: "" };
        }),
      );
    const ways = { ...cluster(everyLayer), toWay: way };
    const told = await execute(dials, { ...ways, send: answers(refusedByController) });
    assert.deepEqual(told.disagreements, []);
    assert.ok((told.counts.get("overlay dial")?.denied ?? 0) > 50);
    const { disagreements } = await execute(dials, { ...ways, send: answers("timeout") });
    assert.ok(disagreements.length > 40);
    for (const { title } of disagreements) assert.match(title, /: is refused by the controller by .*; got timeout$/);
  });

  it("takes the answer of another workload for none", async () => {
    const misled = (drawn: DrawnRequest) => (drawn === anRpc ? { body: '{"workload":"somewhere-else"}' } : {});
    const { disagreements } = await execute(onPods, cluster(everyLayer, misled));
    assert.equal(disagreements.length, 1);
  });
});
