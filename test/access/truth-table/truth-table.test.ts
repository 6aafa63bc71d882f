import assert from "node:assert/strict";
import { buildModel, type ModelOptions } from "../../../access/model/model";
import { renderAuthorizationPolicies } from "../../../access/render/authorization-policies";
import { renderPeerAuthentication } from "../../../access/render/peer-authentication";
import { sidecarOf, type Mesh } from "../../support/istio-evaluator";
import { optionsWith, optionsWithExtras } from "../options";
import { buildTable, callers, podsOf, type Case } from "./cases";

function meshOf(options: ModelOptions): Mesh {
  const model = buildModel(options);
  const policies = [renderPeerAuthentication(model), ...renderAuthorizationPolicies(model)];
  return { policies, rootNamespace: options.namespaces.mesh, trustDomain: options.mesh.trustDomain };
}

function disagreements(mesh: Mesh, workload: string, cases: readonly Case[]): string[] {
  const decide = sidecarOf(mesh, podsOf(workload));
  return cases.flatMap(({ request, expected }) => {
    const verdict = decide(request);
    return verdict === expected ? [] : [`${workload}: ${verdict}, not ${expected}: ${JSON.stringify(request)}`];
  });
}

describe("the truth table", () => {
  for (const [title, options] of [
    ["a plain installation", optionsWith()],
    ["today's images", optionsWithExtras()],
  ] as const) {
    it(`agrees with the policies of ${title}, request by request`, () => {
      const mesh = meshOf(options);
      const table = buildTable(options.overlay.platformExtras);
      const found = [...table].flatMap(([workload, cases]) => disagreements(mesh, workload, cases));
      assert.deepEqual(found.slice(0, 10), []);
      const all = [...table.values()].flat();
      const allowed = all.filter(({ expected }) => expected === "allowed").length;
      const size = `${all.length} requests of ${callers.length} callers to ${table.size} workloads, ${allowed} allowed`;
      console.log(`      truth table of ${title}: ${size}`);
    });
  }
});
