import { buildFlows, managedNamespaces } from "../../access/model/flows";
import type { Flow, FlowEnd } from "../../access/model/flows/flow";
import { groupBy } from "../../access/model/group-by";
import type { Manifest } from "../../access/render/manifest";
import type { Model } from "../../access/model/model";
import {
  isInBlock,
  NetworkPolicyEvaluator,
  type BlockReading,
  type Endpoint,
  type Packet,
  type Verdict,
} from "./network-policy-evaluator";
import { namespacesOf, type Place } from "./network-policy-world";

/** A packet with what is expected at each of its ends. */
export type Row = readonly [Packet, Verdict];

/** How to hold policies against the table: `limit` is of what is reported. */
export interface MatrixOptions {
  readonly places: readonly Place[];
  readonly reading: BlockReading;
  readonly limit?: number;
  readonly ends?: readonly (keyof Verdict)[];
}

const bothEnds = ["egress", "ingress"] as const;

/** The readings of `ipBlock` that the specification leaves to the network. */
export const readings: readonly BlockReading[] = ["translated", "dialed", "outside"];

/** Every packet from one place to what another listens on, and ICMP, over both families; `dialed` through its Service. */
export function packetsOf(places: readonly Place[]): readonly Packet[] {
  return places.flatMap((from) =>
    places.filter((to) => to !== from).flatMap((to) => [...directPackets(from, to), ...servicePackets(from, to)]),
  );
}

function directPackets(from: Place, to: Place): Packet[] {
  const probes = [...to.listens, { protocol: "ICMP", port: 0 } as const];
  return probes.flatMap(({ protocol, port }) =>
    (["v4", "v6"] as const).map((family) => ({ from, to, family, protocol, port })),
  );
}

function servicePackets(from: Place, to: Place): Packet[] {
  const { service } = to;
  if (service === undefined) return [];
  const packet = { from, to, protocol: "TCP", port: service.targetPort } as const;
  return (["v4", "v6"] as const).map((family) => ({ ...packet, family, dialed: service[family] }));
}

function isEnd(end: FlowEnd, endpoint: Endpoint, { family }: Packet): boolean {
  if (end.kind === "addresses") {
    return endpoint.pod === undefined && end.blocks.some((block) => isInBlock(block, endpoint[family]));
  }
  // No selector matches these, so that their rules name ports alone.
  if (end.kind !== "pods") return true;
  const { pod } = endpoint;
  if (pod?.namespace !== end.namespace) return false;
  return Object.entries(end.labels).every(([key, value]) => pod.labels[key] === value);
}

/** What the flow table says about a packet, for each of its ends: open where nothing is managed, else by a flow alone. */
export function flowVerdicts(model: Model): (packet: Packet) => Verdict {
  const managed = managedNamespaces(model);
  const flows = buildFlows(model).filter(({ purpose }) => purpose !== "probes");
  const onPorts = flows.flatMap((flow) => flow.ports.map((own) => ({ key: `${own.protocol}/${own.port}`, flow })));
  const byPort = new Map(
    [...groupBy(onPorts, ({ key }) => key)].map(([key, all]) => [key, all.map(({ flow }) => flow)]),
  );
  const isManaged = ({ pod }: Endpoint) => pod !== undefined && managed.includes(pod.namespace);
  return (packet) => {
    const { from, to, protocol, port } = packet;
    const onPort = byPort.get(`${protocol}/${port}`) ?? [];
    const opens = (flow: Flow) => isEnd(flow.from, from, packet) && isEnd(flow.to, to, packet);
    return {
      egress: !isManaged(from) || onPort.some((flow) => flow.from.kind === "pods" && opens(flow)),
      ingress: !isManaged(to) || onPort.some((flow) => flow.to.kind === "pods" && opens(flow)),
    };
  };
}

/** A packet in one line. */
export function describePacket({ from, to, family, protocol, port, dialed }: Packet): string {
  return `${from.name} > ${to.name} ${family} ${protocol}/${port}${dialed === undefined ? "" : ` by ${dialed}`}`;
}

/** Where the policies say something else than the table: every row at both of its ends, or at the ends that are named. */
export function findDifferences(
  policies: readonly Manifest[],
  rows: Iterable<Row>,
  { places, reading, limit = 20, ends = bothEnds }: MatrixOptions,
): readonly string[] {
  const evaluator = new NetworkPolicyEvaluator({ policies, namespaces: namespacesOf(places), reading });
  const found: string[] = [];
  for (const [packet, expected] of rows) {
    for (const end of ends) {
      const isOpen = evaluator.opens(end, packet);
      if (isOpen === expected[end]) continue;
      found.push(`${describePacket(packet)}: ${end} ${isOpen ? "open" : "closed"}, not so in the table`);
    }
    if (found.length >= limit) break;
  }
  return found;
}
