import type { Model } from "../model";
import { buildFlows, managedNamespaces } from ".";
import type { Flow, FlowEnd } from "./flow";

const unselectable = { anyone: "the public", apiServer: "the API server", nodes: "the pod's own node" };

/** An end of a flow in words: `agyn-platform/runners`, `every pod of agyn-workloads`, or blocks of addresses. */
export function describeEnd(end: FlowEnd): string {
  if (end.kind === "addresses") {
    return `${end.name} (${end.blocks.map(({ cidr }) => cidr).join(", ") || "none configured"})`;
  }
  if (end.kind !== "pods") return unselectable[end.kind];
  const isWhole = Object.keys(end.labels).length === 0;
  return isWhole ? `every pod of ${end.namespace}` : `${end.namespace}/${end.name}`;
}

/** The ports of a flow in words: `TCP 443, UDP 53`. */
export function describePorts({ ports }: Flow): string {
  return ports.map(({ protocol, port }) => `${protocol} ${port}`).join(", ");
}

/** Every flow that stays open while the network policies are in force, a line each; what is not listed is closed. */
export function describeFlows(model: Model): readonly string[] {
  const managed = managedNamespaces(model);
  const isManaged = (end: FlowEnd) => end.kind === "pods" && managed.includes(end.namespace);
  return buildFlows(model)
    .filter(({ from, to }) => isManaged(from) || isManaged(to))
    .map((flow) => `${flow.purpose}: ${describeEnd(flow.from)} -> ${describeEnd(flow.to)}, ${describePorts(flow)}`);
}
