import type { Call } from "../../access/model/calls";
import { passthroughHosts } from "../../access/model/exposure";
import { buildFlows } from "../../access/model/flows";
import type { FlowEnd, FlowPort } from "../../access/model/flows/flow";
import { groupBy } from "../../access/model/group-by";
import type { Model } from "../../access/model/model";
import { publicSurface } from "../../access/model/public-surface";
import type { Edge, Layer } from "./report-data";
import { callerName } from "./to-report";

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
  const routed = model.exposures.flatMap(({ host, routes, because }) =>
    routes.map(({ match, backend, port }) => ({
      from: host,
      to: backend,
      label: `${match.path}${match.kind === "prefix" ? "*" : ""} on port ${port}`,
      because,
    })),
  );
  const isPublic = new Set(publicSurface(model).map(({ host }) => host));
  const overlayNames = passthroughHosts(model.options).filter(({ host }) => isPublic.has(host));
  const passed = overlayNames.map(({ name, host, service }) => ({
    from: host,
    to: service,
    label: "by SNI",
    because: `The overlay's ${name} ends this TLS itself.`,
  }));
  return [...routed, ...passed];
}

function meshEdges(model: Model): Edge[] {
  const between = groupBy(model.calls, (call) => `${callerName(model, call.caller)}\0${call.callee}`);
  return [...between.values()].flatMap((calls) => {
    const [first] = calls;
    if (first === undefined) return [];
    const because = [...new Set(calls.map((call) => call.because))].join(" ");
    return [{ from: callerName(model, first.caller), to: first.callee, label: describeCalls(calls), because }];
  });
}

function describeCalls(calls: readonly Call[]): string {
  const methods = new Set(calls.flatMap((call) => (call.kind === "rpc" ? call.rpcs : [])));
  const ports = [...new Set(calls.flatMap((call) => (call.kind === "port" ? [`port ${call.port}`] : [])))];
  return [...(methods.size > 0 ? [`${methods.size} ${methods.size === 1 ? "RPC" : "RPCs"}`] : []), ...ports].join(", ");
}

function overlayEdges({ overlay }: Model): Edge[] {
  return overlay.policies.flatMap(({ name, type, identityRoles, services, serviceRoles, because }) => {
    const targets = [...services, ...serviceRoles.map((role) => `#${role}`)];
    return identityRoles.flatMap((role) =>
      targets.map((to) => ({ from: `#${role}`, to, label: `${type.toLowerCase()} (${name})`, because })),
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
