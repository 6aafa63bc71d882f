import { overlayPods } from "../../access/platform/services";
import { at, fieldsOf, leavesOf, listAt, textAt, textsAt } from "../read";
import { kindOf, namespaceOf, type Resource, type Rule } from "../rule";

const publicTypes = new Set(["LoadBalancer", "NodePort"]);
const { managementPort } = overlayPods.controller;
const managementHost = /(^|[./-])ziti-(controller-(\d+-)?)?mgmt\b/;

function podSpecOf({ props }: Resource): unknown {
  return at(props, "spec.template.spec") ?? at(props, "spec.jobTemplate.spec.template.spec") ?? at(props, "spec");
}

function hostPorts(resource: Resource): string[] {
  if (!["Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"].includes(kindOf(resource))) return [];
  const spec = podSpecOf(resource);
  const ports = [...listAt(spec, "containers"), ...listAt(spec, "initContainers")]
    .flatMap((container) => listAt(container, "ports"))
    .map((port) => at(port, "hostPort"))
    .filter((port) => typeof port === "number");
  return [
    ...ports.map((port) => `takes port ${port} of its node`),
    ...(at(spec, "hostNetwork") === true ? ["uses the network of its node"] : []),
  ];
}

function publicServices(resource: Resource): string[] {
  if (kindOf(resource) !== "Service") return [];
  const type = textAt(resource.props, "spec.type");
  const addresses = textsAt(resource.props, "spec.externalIPs");
  return [
    ...(publicTypes.has(type) ? [`is a Service of type ${type}`] : []),
    ...(addresses.length > 0 ? [`answers at the external addresses ${addresses.join(", ")}`] : []),
  ];
}

// Charts make Services too: every `service.type` of their values is one.
function publicReleases(resource: Resource): string[] {
  if (kindOf(resource) !== "Release") return [];
  return leavesOf(at(resource.props, "values"))
    .filter(({ path, value }) => /type$/i.test(path.at(-1) ?? "") && publicTypes.has(String(value)))
    .map(({ path, value }) => `sets the value ${path.join(".")} to ${String(value)}`);
}

/** Only the ingress is reachable from outside. */
export const privateServices: Rule = {
  name: "no-public-service-outside-ingress",
  description: "LoadBalancer, NodePort, external addresses and node ports are for the ingress namespace alone.",
  fix: "Make it a ClusterIP, and publish it as a host of the ingress.",
  validate: (resource, { ingressNamespace }) =>
    namespaceOf(resource) === ingressNamespace
      ? []
      : [...publicServices(resource), ...publicReleases(resource), ...hostPorts(resource)],
};

function wildcardHosts(resource: Resource): string[] {
  const servers = kindOf(resource) === "Gateway" ? listAt(resource.props, "spec.servers") : [];
  const listeners = kindOf(resource) === "Gateway" ? listAt(resource.props, "spec.listeners") : [];
  const routes = ["VirtualService", "HTTPRoute"].includes(kindOf(resource)) ? [resource.props] : [];
  const rules = kindOf(resource) === "Ingress" ? listAt(resource.props, "spec.rules") : [];
  const hosts = [
    ...servers.flatMap((server) => textsAt(server, "hosts")),
    ...listeners.map((listener) => textAt(listener, "hostname") || "*"),
    ...routes.flatMap((route) => [...textsAt(route, "spec.hosts"), ...textsAt(route, "spec.hostnames")]),
    ...rules.map((rule) => textAt(rule, "host") || "*"),
  ];
  return hosts.filter((host) => host.includes("*")).map((host) => `serves the host "${host}"`);
}

/** Public names are written out. */
export const explicitHosts: Rule = {
  name: "no-wildcard-host",
  description: "Gateways and routes name each host: a pattern answers for the overlay's own names too.",
  fix: "Name each host under ingress.hosts. A wildcard certificate is fine (ingress.tls.mode).",
  validate: wildcardHosts,
};

// Kinds that lead somebody to a backend: by the mesh's ingress, by another ingress, or over the overlay.
const routingKinds = new Set(["VirtualService", "Ingress", "HTTPRoute", "TLSRoute", "TCPRoute", "IngressRouteTCP"]);

function managementRoutes(resource: Resource): string[] {
  const isConfig = resource.type === "openziti:index:Config";
  if (!isConfig && !routingKinds.has(kindOf(resource))) return [];
  const leaves = leavesOf(isConfig ? at(resource.props, "data") : at(resource.props, "spec"));
  return leaves
    .filter(({ path, value }) => {
      const isPort = path.some((name) => /^(port|number|low|high)$/.test(name)) && value === managementPort;
      return isPort || (typeof value === "string" && managementHost.test(value));
    })
    .map(({ path, value }) => `leads to ${String(value)} (${path.join(".")})`);
}

function publicManagementService(resource: Resource): string[] {
  if (kindOf(resource) !== "Service" || !publicTypes.has(textAt(resource.props, "spec.type"))) return [];
  const ports = listAt(resource.props, "spec.ports");
  const isManagement = ports.some((port) => [at(port, "port"), at(port, "targetPort")].includes(managementPort));
  return isManagement ? [`publishes port ${managementPort}`] : [];
}

// Without a listener of its own the management API is part of the client API, which the ingress passes through.
function managementChart(resource: Resource): string[] {
  if (kindOf(resource) !== "Release" || !/ziti-controller$/.test(textAt(resource.props, "chart"))) return [];
  const api = fieldsOf(at(resource.props, "values.managementApi"));
  const clientPort = at(resource.props, "values.clientApi.containerPort") ?? overlayPods.controller.clientPort;
  const type = textAt(api, "service.type");
  return [
    ...(at(api, "service.enabled") === true && at(api, "containerPort") !== clientPort
      ? []
      : ["leaves the management API on the public listener of the client API"]),
    ...(at(api, "ingress.enabled") === true ? ["gives the management API an Ingress"] : []),
    ...(publicTypes.has(type) ? [`makes the management API's Service a ${type}`] : []),
  ];
}

/** Nobody outside, and nobody on the overlay, reaches the controller's management API. */
export const privateManagement: Rule = {
  name: "no-public-management-api",
  description: "The overlay's management API has its own listener, and no route leads to it.",
  fix: "Reach it from the cluster, or through the API server (controller.reach: portForward).",
  validate: (resource) => [
    ...managementRoutes(resource),
    ...publicManagementService(resource),
    ...managementChart(resource),
  ],
};
