import * as assert from "node:assert/strict";
import { renderNetworkPolicies } from "../../../access/render/network-policies";
import { NetworkPolicyEvaluator, type Packet } from "../../support/network-policy-evaluator";
import { describePacket, packetsOf, readings } from "../../support/network-policy-matrix";
import { buildWorld, everythingOn, namespacesOf } from "../../support/network-policy-world";
import { findMissing, PacketLab, type Outcome } from "./lab";
import { toProbe } from "./probe";
import { Translation } from "./translation";

const ends = ["egress", "ingress"] as const;
const places = buildWorld(everythingOn);
const packets = packetsOf(places);
const policies = renderNetworkPolicies(everythingOn);
const nothing = new Translation([], places, { end: "egress", reading: "translated" }).toText();

function differences(outcomes: readonly Outcome[], expected: (packet: Packet) => Outcome): readonly string[] {
  return packets.flatMap((packet, index) => {
    const [actual, wanted] = [outcomes[index], expected(packet)];
    return actual === wanted ? [] : [`${describePacket(packet)}: ${actual}, expected ${wanted}`];
  });
}

describe("the packet lab", () => {
  const probes = packets.map((packet) => toProbe(packet, places));
  let started = 0;
  let lab: PacketLab;

  before(`needs ${findMissing().join(", ")}`, async function () {
    if (findMissing().length > 0) this.skip();
    started = Date.now();
    lab = await PacketLab.start(places);
  });

  after(async () => {
    await lab?.stop();
    if (lab !== undefined)
      console.log(`      ${probes.length} tuples, ${Math.round((Date.now() - started) / 1000)} s in all`);
  });

  it("lets every probe through where nothing filters", async () => {
    lab.filter(nothing);
    assert.deepEqual(differences(await lab.probe(probes), () => "open").slice(0, 20), []);
  });

  it("takes nothing for closed that the filter has not recorded, and nothing for open that did not answer", async () => {
    const few = probes.slice(0, 12);
    lab.filter("add table inet lab; add chain inet lab forward { type filter hook forward priority 0; policy drop; }");
    assert.deepEqual([...new Set(await lab.probe(few, 1))], ["silent"]);
    lab.filter(nothing);
    assert.deepEqual([...new Set(await lab.probe(few))], ["open"]);
    const unheard = few.filter(({ protocol }) => protocol === "TCP").map((probe) => ({ ...probe, dialedPort: 9 }));
    assert.deepEqual([...new Set(await lab.probe(unheard, 1))], ["silent"]);
    const elsewhere = few.map((probe) => ({ ...probe, to: probe.to + 1 })).filter(({ protocol }) => protocol === "TCP");
    assert.deepEqual([...new Set(await lab.probe(elsewhere))], ["other"]);
  });

  for (const reading of readings) {
    for (const end of ends) {
      it(`decides every tuple as the evaluator does: ${end}, ipBlock ${reading}`, async () => {
        const evaluator = new NetworkPolicyEvaluator({ policies, namespaces: namespacesOf(places), reading });
        lab.filter(new Translation(policies, places, { end, reading }).toText());
        const outcomes = await lab.probe(probes);
        const expected = (packet: Packet) => (evaluator.judge(packet)[end] ? "open" : "closed");
        assert.deepEqual(differences(outcomes, expected).slice(0, 20), []);
        const closed = outcomes.filter((outcome) => outcome === "closed").length;
        console.log(`      ${outcomes.length - closed} open, ${closed} closed`);
      });
    }
  }
});
