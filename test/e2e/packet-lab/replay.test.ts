import * as assert from "node:assert/strict";
import type { Manifest } from "../../../access/render/manifest";
import { renderNetworkPolicies } from "../../../access/render/network-policies";
import type { Packet } from "../../support/network-policy-evaluator";
import { describePacket, readings } from "../../support/network-policy-matrix";
import { buildWorld, everythingOn } from "../../support/network-policy-world";
import { Journeys } from "./journeys";
import { findMissing, PacketLab } from "./lab";
import { toProbe } from "./probe";
import { Translation, type Filter } from "./translation";

const places = buildWorld(everythingOn);
const policies = renderNetworkPolicies(everythingOn);
const journeys = new Journeys(everythingOn, places).all();
const layers = ["mesh", "ingress", "overlay"] as const;

/** Both ends judge: what the one lets out, the other has to let in. */
function bothEnds(some: readonly Manifest[], reading: Filter["reading"]): string {
  const ends = ["egress", "ingress"] as const;
  return ends.map((end) => new Translation(some, places, { end, reading }).toText(end)).join("");
}

describe("journeys of mesh, ingress and overlay through the packet lab", () => {
  const packets = new Map(
    journeys.flatMap((journey) => journey.packets.map((packet): [string, Packet] => [describePacket(packet), packet])),
  );
  let lab: PacketLab;

  before(`needs ${findMissing().join(", ")}`, async function () {
    if (findMissing().length > 0) this.skip();
    lab = await PacketLab.start(places);
  });

  after(async () => {
    if (lab === undefined) return;
    await lab.stop();
    const counts = layers.map((own) => `${journeys.filter(({ layer }) => layer === own).length} of the ${own}`);
    console.log(`      ${counts.join(", ")}: ${packets.size} ways`);
  });

  /** Journeys that did not get through, each with the first way that was not open. */
  async function brokenUnder(filter: string): Promise<readonly string[]> {
    lab.filter(filter);
    const names = [...packets.keys()];
    const outcomes = await lab.probe([...packets.values()].map((packet) => toProbe(packet, places)));
    const outcomeOf = new Map(names.map((name, index) => [name, outcomes[index]]));
    return journeys.flatMap(({ layer, title, packets: own }) => {
      const stuck = own.map(describePacket).find((name) => outcomeOf.get(name) !== "open");
      return stuck === undefined ? [] : [`${layer}: ${title}: ${stuck} ${outcomeOf.get(stuck)}`];
    });
  }

  for (const reading of readings) {
    it(`all arrive with the policies on, at both ends: ipBlock ${reading}`, async () => {
      assert.deepEqual((await brokenUnder(bothEnds(policies, reading))).slice(0, 20), []);
    });
  }

  for (const [purpose, layer] of [
    ["calls", "mesh"],
    ["stores", "mesh"],
    ["mesh", "mesh"],
    ["webhooks", "mesh"],
    ["dns", "overlay"],
    ["overlay", "overlay"],
    ["management", "overlay"],
    ["public", "ingress"],
  ] as const) {
    it(`break without the policies for ${purpose}`, async () => {
      const rest = policies.filter(({ metadata }) => !new RegExp(`-${purpose}-(in|out)$`).test(metadata.name));
      assert.ok(rest.length < policies.length);
      const broken = await brokenUnder(bothEnds(rest, "translated"));
      assert.ok(
        broken.some((line) => line.startsWith(`${layer}: `) && line.endsWith(" closed")),
        broken.join("\n"),
      );
    });
  }
});
