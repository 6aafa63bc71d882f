import { callersNamed } from "../../access/answers/lists";
import { publicPassthroughs, servedExposures } from "../../access/answers/public-layer";
import type { Call } from "../../access/model/call";
import { overlayTargets } from "../../access/answers/overlay-policies";
import { pathPattern } from "../../access/model/exposure";
import { buildFlows } from "../../access/model/flows";
import type { FlowEnd, FlowPort } from "../../access/model/flows/flow";
import { groupBy } from "../../access/model/group-by";
import type { Model } from "../../access/model/model";
import type { Edge, Layer } from "./report-data";

/** The arrows of each layer: what the ingress routes, what the mesh and the overlay permit, what packets may cross. */
export function toLayers(model: Model): readonly Layer[] {
  return [
    {
      id: "ingress",
      title: "Ingress",
      legend: "A public host leads to a workload; the controller and the router are passed through unopened.",
      edges: ingressEdges(model),
    },
    {
      id: "mesh",
      title: "Mesh",
      legend: "A ServiceAccount may call a workload or use a data store; everything else is refused.",
      edges: meshEdges(model),
    },
    {
      id: "overlay",
      title: "OpenZiti overlay",
      legend: "Identities with a role attribute dial a service, or host it.",
      edges: overlayEdges(model),
    },
    {
      id: "packets",
      title: "Packets",
      legend:
        "With the network policies on, pods of the managed namespaces send and receive these packets and no others.",
      edges: packetEdges(model),
    },
  ];
}

function ingressEdges(model: Model): Edge[] {
  const routed = servedExposures(model).flatMap(({ host, routes, because }) =>
    routes.map((route) => ({
      from: host,
      to: route.backend,
      label: `${pathPattern(route)} on port ${route.port}`,
      because,
    })),
  );
  const passed = publicPassthroughs(model).map(({ name, host, service }) => ({
    from: host,
    to: service,
    label: "by SNI",
    because: `The overlay's ${name} ends this TLS itself.`,
  }));
  return [...routed, ...passed];
}

function meshEdges(model: Model): Edge[] {
  const named = model.calls.flatMap((call) => callersNamed(model, call).map((from) => ({ from, call })));
  const between = groupBy(named, ({ from, call }) => `${from}\0${call.callee}`);
  return [...between.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const calls = group.map(({ call }) => call);
    const because = [...new Set(calls.map((call) => call.because))].join(" ");
    return [{ from: first.from, to: first.call.callee, label: describeCalls(calls), because }];
  });
}

function describeCalls(calls: readonly Call[]): string {
  const methods = new Set(calls.flatMap((call) => (call.kind === "rpc" ? call.rpcs : [])));
  const ports = [...new Set(calls.flatMap((call) => (call.kind === "port" ? [describePort(call)] : [])))];
  return [...(methods.size > 0 ? [`${methods.size} ${methods.size === 1 ? "RPC" : "RPCs"}`] : []), ...ports].join(", ");
}

function describePort({ port, caller }: Call): string {
  return `port ${port}${caller.kind === "anyone" ? ", in plaintext too" : ""}`;
}

function overlayEdges({ overlay }: Model): Edge[] {
  return overlay.policies.flatMap((policy) => {
    const { name, type, identityRoles, because } = policy;
    return identityRoles.flatMap((role) =>
      overlayTargets(policy).map((to) => ({ from: `#${role}`, to, label: `${type.toLowerCase()} (${name})`, because })),
    );
  });
}

function packetEdges(model: Model): Edge[] {
  return buildFlows(model).map(({ from, to, ports, because, purpose }) => ({
    from: endName(from),
    to: endName(to),
    label: `${purpose}, ${ports.map(portName).join(" ")}`,
    because,
  }));
}

const portName = ({ protocol, port }: FlowPort) => `${protocol} ${port}`;

function endName(end: FlowEnd): string {
  if (end.kind === "pods") return `${end.namespace}/${end.name}`;
  return end.kind === "addresses" ? end.name : unselectableNames[end.kind];
}

const unselectableNames = { anyone: "the public", apiServer: "the API server", nodes: "the pod's own node" } as const;
