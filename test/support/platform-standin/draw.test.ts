import assert from "node:assert/strict";
import { services, serviceNames, storeNames } from "../../../access/platform/services";
import { rpcs } from "../../../access/platform/rpcs";
import { tryFindRpc } from "../../../access/platform/rpcs";
import { drawRequests } from "./draw";
import { devInstallation } from "./installation";
import { requestLayers, type RequestLayer } from "./request";
import { namespacesOf, standinWorkloads } from "./workloads";

const seed = 20_261;
const installation = devInstallation({ "networkPolicies.enabled": true });
const requests = drawRequests(installation, seed);
const of = (layer: RequestLayer) => requests.filter((request) => request.layer === layer);
const calleeOf = (to: string) => tryFindRpc(to)?.service ?? to.split(":")[0];

describe("requests drawn from the model", function () {
  this.timeout(60_000); // each asks explain

  after(() => {
    const rows = requestLayers.map((layer) => {
      const own = of(layer);
      const arriving = own.filter(({ expected }) => expected).length;
      return `${layer} ${own.length} (${arriving} arrive)`;
    });
    console.log(`    ${requests.length} requests, seed ${seed}: ${rows.join(", ")}`);
  });

  it("are the same for a seed, and others for another", () => {
    assert.deepEqual(drawRequests(installation, seed), requests);
    assert.notDeepEqual(drawRequests(installation, seed + 1), requests);
  });

  it("are a bounded number, none twice", () => {
    assert.ok(requests.length < 2_500, String(requests.length));
    const keys = requests.map(({ layer, from, to, url, header }) => [layer, from, to, url, header].join(" "));
    assert.equal(new Set(keys).size, keys.length);
  });

  it("cover every layer with both verdicts; strangers arrive nowhere", () => {
    for (const layer of requestLayers) {
      const verdicts = new Set(of(layer).map(({ expected }) => expected));
      assert.deepEqual([...verdicts].sort(), layer === "stranger" ? [false] : [false, true], layer);
    }
  });

  it("cover every service and every store as callee, each that has a caller with both verdicts", () => {
    const { calls } = installation.model;
    for (const name of [...serviceNames, ...storeNames]) {
      const own = requests.filter(
        ({ layer, to }) => layer !== "DNS" && layer !== "overlay dial" && calleeOf(to) === name,
      );
      const verdicts = [...new Set(own.map(({ expected }) => expected))].sort();
      assert.deepEqual(verdicts, calls.some(({ callee }) => callee === name) ? [false, true] : [false], name);
    }
  });

  it("cover every workload as caller, and a stranger of each namespace", () => {
    const callers = new Set(requests.map(({ from }) => from));
    const missing = standinWorkloads(installation.model).filter(({ caller }) => !callers.has(caller));
    assert.deepEqual(
      missing.map(({ caller }) => caller),
      [],
    );
    for (const name of namespacesOf(installation.model)) assert.ok(callers.has(`${name}/stranger`), name);
  });

  it("cover every RPC of the mesh, and every public host", () => {
    const targets = new Set(of("RPC").map(({ to }) => tryFindRpc(to)?.path));
    const missing = rpcs.filter(({ transport, path }) => transport === "mesh" && !targets.has(path));
    assert.deepEqual(missing, []);
    const hosts = new Set(of("browser host").map(({ url = "" }) => new URL(url).hostname));
    for (const { host } of installation.model.exposures) assert.ok(hosts.has(host), host);
    assert.ok(services.every(({ name }) => of("browser host").some(({ to }) => calleeOf(to) === name)));
  });

  it("send a guarded RPC in both states of the identity header, of which one arrives", () => {
    const own = of("RPC").filter(({ from, to }) => from === "agents-orchestrator" && to === "agents.GetAgent");
    assert.deepEqual(
      own.map(({ header, expected }) => [header, expected]),
      [
        ["present", false],
        ["absent", true],
      ],
    );
  });
});
