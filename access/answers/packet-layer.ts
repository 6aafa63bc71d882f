import { buildFlows, managedNamespaces } from "../model/flows";
import type { Flow, FlowEnd, PodsEnd } from "../model/flows/flow";
import { clusterDns } from "../model/flows/ends";
import { denyAllName, policyName, type Direction } from "../model/flows/policy-name";
import { groupBy } from "../model/group-by";
import type { Model } from "../model/model";
import type { Pods } from "./client";
import type { Layer } from "./layer";

const off: Layer = {
  layer: "network policies",
  verdict: "absent",
  rule: "networkPolicies.enabled: false",
  because: "Nothing is filtered: the layers above decide alone.",
};

const unfiltered = "no policy selects these pods";
const nothingElse = "What no other policy of this namespace allows is closed.";

/** A packet that opens a connection. */
interface Packet {
  readonly from: Pods;
  readonly to: Pods;
  readonly port: number;
  readonly protocol: "TCP" | "UDP";
}

/** What decides at one end. `unfiltered`: its namespace is not closed. */
interface EndVerdict {
  readonly verdict: "open" | "closed" | "unfiltered";
  readonly policies: readonly string[];
  readonly because?: string;
}

// One answer asks for many packets of one model, which does not change.
const filters = new WeakMap<Model, Filter>();

/** The flows of one model by the namespace of each end, for the namespaces that are closed. */
interface Filter {
  /** What was answered already, by both ends and port. */
  readonly answered: Map<string, Layer>;
  readonly managed: ReadonlySet<string>;
  readonly flows: Readonly<Record<Direction, ReadonlyMap<string, readonly Opening[]>>>;
}

/** A flow as one of its ends sees it. */
interface Opening {
  readonly subject: PodsEnd;
  readonly other: FlowEnd;
  readonly flow: Flow;
}

function toFilter(model: Model): Filter {
  const flows = buildFlows(model).filter(({ purpose }) => purpose !== "probes");
  const openings = (direction: Direction) =>
    flows.flatMap((flow): Opening[] => {
      const [subject, other] = direction === "ingress" ? [flow.to, flow.from] : [flow.from, flow.to];
      return subject.kind === "pods" ? [{ subject, other, flow }] : [];
    });
  const byNamespace = (direction: Direction) => groupBy(openings(direction), ({ subject }) => subject.namespace);
  return {
    answered: new Map(),
    managed: new Set(managedNamespaces(model)),
    flows: { ingress: byNamespace("ingress"), egress: byNamespace("egress") },
  };
}

function filterOf(model: Model): Filter {
  const filter = filters.get(model) ?? toFilter(model);
  filters.set(model, filter);
  return filter;
}

function isAt(end: PodsEnd, { namespace, labels }: Pods): boolean {
  return end.namespace === namespace && Object.entries(end.labels).every(([label, value]) => labels[label] === value);
}

// A rule for an end that no selector matches is for everyone on its ports.
function covers(end: FlowEnd, pods: Pods): boolean {
  if (end.kind === "pods") return isAt(end, pods);
  return end.kind === "anyone" || end.kind === "apiServer";
}

function judgeEnd(model: Model, direction: Direction, { from, to, port, protocol }: Packet): EndVerdict {
  const own = direction === "ingress" ? to : from;
  const { managed, flows } = filterOf(model);
  if (!managed.has(own.namespace)) return { verdict: "unfiltered", policies: [] };
  const peer = direction === "ingress" ? from : to;
  const open = (flows[direction].get(own.namespace) ?? []).filter(
    ({ subject, other, flow }) =>
      flow.ports.some((one) => one.port === port && one.protocol === protocol) &&
      isAt(subject, own) &&
      covers(other, peer),
  );
  const [first] = open;
  if (first === undefined) {
    return { verdict: "closed", policies: [`${own.namespace}/${denyAllName}`], because: nothingElse };
  }
  const names = open.map(({ subject, flow }) => `${own.namespace}/${policyName(subject, flow.purpose, direction)}`);
  return { verdict: "open", policies: [...new Set(names)], because: first.flow.because };
}

/** What the network policies say about a TCP port, at both ends; `absent` when they are switched off. */
export function judgePackets(model: Model, from: Pods | undefined, to: Pods, port: number): Layer {
  if (!model.options.networkPolicies.enabled) return off;
  if (from === undefined) {
    const because = "No policy can name its pods: ingress.controller.namespace does not say where they run.";
    const change = "Set ingress.controller.namespace.";
    return { layer: "network policies", verdict: "closed", rule: "no peer", because, change };
  }
  const { answered } = filterOf(model);
  const key = JSON.stringify([from.namespace, from.labels, to.namespace, to.labels, port]);
  const layer = answered.get(key) ?? judgeBothEnds(model, { from, to, port, protocol: "TCP" });
  answered.set(key, layer);
  return layer;
}

function judgeBothEnds(model: Model, packet: Packet): Layer {
  const ends = [
    ["out of the caller", judgeEnd(model, "egress", packet)],
    ["into the callee", judgeEnd(model, "ingress", packet)],
  ] as const;
  const deciding = ends.filter(([, { verdict }]) => verdict === "closed");
  const told = deciding.length > 0 ? deciding : ends;
  const rule = told.map(([end, { policies: names }]) => `${end}: ${names.join(", ") || unfiltered}`).join("; ");
  const reasons = [...new Set(told.flatMap(([, { because }]) => because ?? []))].join(" ");
  if (deciding.length === 0)
    return { layer: "network policies", verdict: "open", rule, because: reasons || unfiltered };
  const change =
    "A call of the model opens both ends: what opens the mesh opens the packets too, at the callee for every pod of the caller's namespace.";
  return { layer: "network policies", verdict: "closed", rule, because: `Port ${packet.port}: ${reasons}`, change };
}

/** The name of a workload that serves nothing: it has no Service, so that no resolver knows it. */
export function missingName(name: string): Layer {
  const because = "It is a client and serves nothing: it has no Service, and so no name.";
  return { layer: "DNS", verdict: "closed", rule: `no Service behind ${name}`, because };
}

/** Whether the network policies let pods resolve a name. */
export function judgeNameLookup(model: Model, from: Pods | undefined, name: string): Layer {
  const open = { layer: "DNS", verdict: "open", because: `The cluster's DNS answers for ${name}.` } as const;
  if (!model.options.networkPolicies.enabled || from === undefined) return { ...open, rule: "the cluster's DNS" };
  const to = { namespace: clusterDns.namespace, labels: clusterDns.labels };
  const end = judgeEnd(model, "egress", { from, to, port: 53, protocol: "UDP" });
  if (end.verdict === "unfiltered") return { ...open, rule: "the cluster's DNS" };
  const rule = end.policies.join(", ");
  if (end.verdict === "open") return { ...open, rule };
  return { layer: "DNS", verdict: "closed", rule, because: "The pod may not ask the cluster's DNS." };
}
