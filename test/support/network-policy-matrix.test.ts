import * as assert from "node:assert/strict";
import { managedNamespaces } from "../../access/model/flows";
import { groupBy } from "../../access/model/group-by";
import { renderNetworkPolicies } from "../../access/render/network-policies";
import { findShapeFaults, findUnclosed, MutationJudge } from "./network-policy-faults";
import { findDifferences, flowVerdicts, packetsOf, readings } from "./network-policy-matrix";
import { mutantsOf } from "./network-policy-mutations";
import { buildWorld, everythingOn, openAgents, unroutableHosts } from "./network-policy-world";

const models = {
  "an installation with every kind of flow": everythingOn,
  "agents that may use the internet": openAgents,
};

describe("the matrix of packets", () => {
  for (const [name, model] of Object.entries(models)) {
    const places = [...buildWorld(model), ...unroutableHosts()];
    const policies = renderNetworkPolicies(model);
    const verdict = flowVerdicts(model);
    const rows = packetsOf(places).map((packet) => [packet, verdict(packet)] as const);

    for (const reading of readings) {
      it(`is the flow table's, both ways round, for ${name} (ipBlock ${reading})`, () => {
        assert.deepEqual(findDifferences(policies, rows, { places, reading }), []);
        const open = rows.filter(([, { egress, ingress }]) => egress && ingress).length;
        console.log(`      ${rows.length} packets between ${places.length} places, ${open} open`);
        assert.ok(rows.length > 50_000 && open > 1000);
      });
    }

    it(`closes every managed namespace by policies of its own for ${name}, and writes types, ports and peers out`, () => {
      assert.deepEqual(findUnclosed(policies, places, managedNamespaces(model)), []);
      assert.deepEqual(policies.flatMap(findShapeFaults), []);
    });

    it(`catches every mutation of the policies for ${name}`, function () {
      this.timeout(120_000);
      const judge = new MutationJudge(policies, rows, places, managedNamespaces(model));
      const known = model === everythingOn ? [] : renderNetworkPolicies(everythingOn).map((one) => JSON.stringify(one));
      const isNew = ({ index }: { index: number }) => !known.includes(JSON.stringify(policies[index]));
      const results = mutantsOf(policies)
        .filter(isNew)
        .map((mutant) => ({ ...mutant, by: judge.catch(mutant) }));
      const survivors = results.filter(({ by }) => by === undefined);
      const byMatrix = results.filter(({ by }) => by === "matrix").length;
      const kinds = groupBy(results, ({ kind }) => kind).size;
      console.log(
        `      ${results.length - survivors.length} of ${results.length} mutants of ${kinds} kinds caught, ${byMatrix} by the matrix`,
      );
      assert.deepEqual(
        survivors
          .slice(0, 40)
          .map(
            ({ kind, index }) => `${kind}: ${policies[index]?.metadata.namespace}/${policies[index]?.metadata.name}`,
          ),
        [],
      );
    });
  }
});
