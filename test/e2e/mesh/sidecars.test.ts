import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { buildModel } from "../../../access/model/model";
import { renderAuthorizationPolicies } from "../../../access/render/authorization-policies";
import { renderMeshExceptions } from "../../../access/render/mesh-exceptions";
import { renderPeerAuthentication } from "../../../access/render/peer-authentication";
import { findService, serviceNames, storeNames } from "../../../access/platform/services";
import { optionsWith } from "../../access/options";
import type { Verdict } from "../../support/istio-evaluator";
import { normalizePath } from "../../support/istio-evaluator-rules";
import { closingChanges, closingEverywhere, harmlessChanges, permittedCases, type MeshCase } from "./cases";
import { Draw } from "./draw";
import { drawChanged, patternCases } from "./drawn";
import { tryFindMeshEngines } from "./engines";
import { expectVerdict } from "./expectation";
import { Mesh } from "./mesh";
import { createWorkloads } from "./workloads";

const seed = 20_261;
const concurrency = 12;
const perChange = 34;

// What an operator may change about the mesh is in it too.
const model = buildModel(
  optionsWith({
    mesh: {
      extraCallers: [
        { service: "runners", methods: ["ListRunners"], namespace: "tools", serviceAccount: "report", because: "test" },
      ],
      serviceAccounts: [{ service: "threads", serviceAccount: "conversations" }],
      exceptions: [
        { workload: "metering", port: 50051, mode: "PERMISSIVE", because: "a port with callers" },
        { workload: "image-proxy", port: 5000, mode: "PERMISSIVE", because: "a port without callers" },
      ],
    },
  }),
);
const policies = [
  renderPeerAuthentication(model),
  ...renderMeshExceptions(model),
  ...renderAuthorizationPolicies(model),
];
const served = serviceNames.filter((name) => findService(name).ports.length > 0);
const workloads = createWorkloads([...served, ...storeNames], model);
const draw = new Draw(seed);
const permitted = permittedCases(model, workloads, draw);

const expected = (request: MeshCase): Verdict => expectVerdict(policies, model, request);

function describeCase({ callee, caller, port, method, path, identity }: MeshCase): string {
  const from = caller.plaintext ? "plaintext" : (caller.principal ?? "no certificate");
  return `${from} (${caller.signedBy}) -> ${callee.name}:${port} ${method} ${path ?? ""} identity=${identity ?? "absent"}`;
}

describe("mesh of istiod and Envoy", () => {
  const counts: Record<Verdict, number> = { allowed: 0, denied: 0, refused: 0 };
  const rpcPairs = permitted.filter(({ path }) => path !== undefined).length;
  const denied: string[] = [];
  let mesh: Mesh | undefined;

  before("istiod (pilot-discovery) or Envoy not found", async function () {
    const engines = await tryFindMeshEngines();
    if (engines === undefined) this.skip();
    mesh = await Mesh.start(engines, model, workloads, policies);
  });
  after(async () => {
    await mesh?.stop();
    const { allowed, denied, refused } = counts;
    if (allowed + denied + refused === 0) return;
    console.log(`    ${allowed + denied + refused} requests: ${allowed} allowed, ${denied} denied, ${refused} refused`);
    console.log(
      `    ${workloads.length} sidecars; ${permitted.length} permitted pairs, ${rpcPairs} by HTTP; seed ${seed}`,
    );
  });

  async function disagreement(request: MeshCase): Promise<string | undefined> {
    const wanted = expected(request);
    const { verdict, arrival } = await mesh!.send(request).catch((error: Error) => {
      throw new Error(`${describeCase(request)}: ${error.message}`);
    });
    counts[verdict]++;
    const { caller, path } = request;
    if (verdict === "denied" && path !== undefined)
      denied.push(caller.principal ? `spiffe://${caller.principal}` : "nobody");
    const arrived = arrival?.workload === request.callee.name && hasOwnPath(request, arrival.path);
    const consistent = verdict === "allowed" ? arrived : arrival === undefined;
    if (verdict === wanted && consistent) return undefined;
    return `${describeCase(request)}: ${verdict}, expected ${wanted}; arrived: ${JSON.stringify(arrival)}`;
  }

  function hasOwnPath({ path }: MeshCase, arrived: string | undefined): boolean {
    if (path === undefined || arrived === undefined) return path === arrived;
    return normalizePath(path) === normalizePath(arrived);
  }

  async function assertAgreement(cases: readonly MeshCase[]): Promise<void> {
    const waiting = [...cases];
    const disagreements: string[] = [];
    const work = async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const found = await disagreement(next);
        if (found !== undefined) disagreements.push(found);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    assert.deepEqual(disagreements, []);
  }

  it("lets every permitted pair of caller and RPC through", async () => {
    assert.deepEqual([...new Set(permitted.map(expected))], ["allowed"]);
    await assertAgreement(permitted);
  });

  it("gives the RPCs of the specification's literal patterns to the named callers alone", async () => {
    await assertAgreement(patternCases(model, workloads));
  });

  it("closes workloads that nobody calls to every ServiceAccount", async () => {
    const uncalled = workloads.filter(({ name }) => !permitted.some(({ callee }) => callee.name === name));
    assert.notEqual(uncalled.length, 0);
    const cases = uncalled.flatMap((callee) =>
      callee.ports.flatMap(({ number }) =>
        permitted.slice(0, 20).map((it) => ({ ...it, callee, port: number, path: "/a/b" })),
      ),
    );
    assert.deepEqual([...new Set(cases.map(expected))], ["denied"]);
    await assertAgreement(cases);
  });

  for (const [name, change] of Object.entries(harmlessChanges)) {
    it(`takes a path with ${name} for the same path`, async () => {
      const cases = drawChanged(change, 5, permitted, draw, model, (it) => expected(it) === "allowed");
      assert.equal(cases.length, 5);
      await assertAgreement(cases);
    });
  }

  for (const [name, change] of Object.entries(closingEverywhere)) {
    it(`keeps out ${name}, whoever asks for whatever`, async () => {
      const cases = permitted.flatMap((it) => change(it, draw, model) ?? []).filter((it) => expected(it) !== "allowed");
      assert.notEqual(cases.length, 0);
      await assertAgreement(cases);
    });
  }

  for (const [name, change] of Object.entries(closingChanges)) {
    it(`keeps out ${name}`, async () => {
      const cases = drawChanged(change, perChange, permitted, draw, model, (it) => expected(it) !== "allowed");
      assert.notEqual(cases.length, 0);
      await assertAgreement(cases);
    });
  }

  it("opens to plaintext the port that an exception names, and to its callers alone where it has any", async () => {
    const plaintext = { signedBy: "mesh", plaintext: true } as const;
    const places = [...model.options.mesh.exceptions, { workload: "image-proxy", port: 50051 }];
    const cases = places.map(({ workload, port = 0 }): MeshCase => {
      const callee = workloads.find(({ name }) => name === workload)!;
      return { callee, caller: plaintext, port, method: "POST", path: "/a/b" };
    });
    assert.deepEqual(cases.map(expected), ["denied", "allowed", "refused"]);
    await assertAgreement(cases);
  });

  // Envoy writes its log every tenth of a second.
  it("names in its access log the caller of every denied request, and that no policy matched", async () => {
    const readDenied = () =>
      mesh!
        .readAccessLog()
        .map((entry) => Object.values(entry).map(String))
        .filter((values) => values.includes("rbac_access_denied_matched_policy[none]"))
        .map((values) => values.find((value) => value.startsWith("spiffe://")) ?? "nobody");
    for (let tries = 0; tries < 50 && readDenied().length < denied.length; tries++) await sleep(100);
    assert.deepEqual(readDenied().sort(), denied.sort());
  });

  it("sees at least 1,000 requests, of which as many fail as are permitted", () => {
    assert.ok(counts.allowed + counts.denied + counts.refused >= 1000, JSON.stringify(counts));
    assert.ok(counts.denied + counts.refused >= permitted.length, JSON.stringify(counts));
  });
});
