import { expressiblePassthroughs, pathPattern, type Exposure, type Passthrough } from "../model/exposure";
import { entryPods, overlayEnd } from "../model/flows/ends";
import type { Model } from "../model/model";
import { overlayPods } from "../platform/services";
import { entryClient, type PodClient, type Target } from "./client";
import { judgeMeshWay } from "./mesh-way";
import type { Judgment, Layer } from "./layer";
import { judgePackets } from "./packet-layer";

interface RoutedPort {
  readonly host: string;
  readonly path: string;
  readonly port: number;
  readonly because: string;
}

/** Whether the program serves the public hosts. */
function servesPublic({ options }: Pick<Model, "options">): boolean {
  return options.ingress.provider !== "none";
}

/** The public hosts that the program serves. */
export function servedExposures(model: Pick<Model, "options" | "exposures">): readonly Exposure[] {
  return servesPublic(model) ? model.exposures : [];
}

/** The overlay's public names, as far as the ingress passes them through. */
export function publicPassthroughs({ options }: Pick<Model, "options">): readonly Passthrough[] {
  return servesPublic({ options }) ? expressiblePassthroughs(options) : [];
}

function routesTo(model: Model, target: Target): RoutedPort[] {
  if (target.kind !== "port") return [];
  return servedExposures(model).flatMap(({ host, routes, because }) =>
    routes
      .filter(({ backend, port }) => backend === target.callee && (target.port === undefined || target.port === port))
      .map((route) => ({ host, path: pathPattern(route), port: route.port, because })),
  );
}

const publicNames = (hosts: readonly string[]): Layer => ({
  layer: "DNS",
  verdict: "open",
  rule: `public records of ${hosts.join(", ")}`,
  because: "They are in the output dnsRecords.",
});

function noRoute(model: Model, title: string): Judgment {
  const isPublic = servesPublic(model);
  const hosts = model.exposures.map(({ host }) => host).join(", ");
  const because = isPublic
    ? `No public host has a route to ${title}: the hosts are ${hosts}.`
    : "The program makes no ingress here.";
  const change = isPublic ? {} : { change: "Set ingress.provider." };
  return { layers: [{ layer: "ingress", verdict: "closed", rule: "no route", because, ...change }] };
}

// The names are resolved by whoever asked first; the ingress asks for the Service behind a route.
function behindIngress(model: Model, target: Extract<Target, { kind: "port" }>): Judgment {
  const judgment = judgeMeshWay(model, entryClient(model), target);
  return { ...judgment, layers: judgment.layers.filter(({ layer }) => layer !== "DNS") };
}

/** What the public meets on the way to a port: the hosts with a route to it, the ingress, and what the ingress may use. */
export function judgePublicPort(model: Model, target: Exclude<Target, { kind: "host" }>): readonly Judgment[] {
  const routes = routesTo(model, target);
  const [first] = routes;
  if (first === undefined || target.kind !== "port") return [noRoute(model, target.title)];
  const ingress: Layer = {
    layer: "ingress",
    verdict: "open",
    rule: routes.map(({ host, path }) => `https://${host}${path}`).join(", "),
    because: [...new Set(routes.map(({ because }) => because))].join(" "),
  };
  const names = publicNames([...new Set(routes.map(({ host }) => host))]);
  return [{ layers: [names, ingress] }, behindIngress(model, { ...target, port: first.port })];
}

function judgePassthrough(model: Model, { name, host, service }: Passthrough): readonly Judgment[] {
  const isRouter = name === "router";
  const end = overlayEnd(model.options, isRouter ? "router" : "controller");
  const port = isRouter ? overlayPods.router.edgePort : overlayPods.controller.clientPort;
  const ingress: Layer = {
    layer: "ingress",
    verdict: "open",
    rule: `passed through to ${service} by SNI ${host}`,
    because: `The overlay's ${name} ends this TLS itself.`,
  };
  return [{ layers: [publicNames([host]), ingress, judgePackets(model, entryClient(model).pods, end, port)] }];
}

/** What the public meets at a public host: the ingress, and behind it the backend of each route, or the overlay. */
export function judgeHost(model: Model, host: string): readonly Judgment[] {
  const passed = publicPassthroughs(model).find((one) => one.host === host);
  if (passed !== undefined) return judgePassthrough(model, passed);
  const exposure = servedExposures(model).find((one) => one.host === host);
  if (exposure === undefined) return [noRoute(model, host)];
  const ingress: Layer = {
    layer: "ingress",
    verdict: "open",
    rule: exposure.routes.map((route) => `${pathPattern(route)} to ${route.backend}:${route.port}`).join(", "),
    because: exposure.because,
  };
  const backends = new Map(exposure.routes.map(({ backend, port }) => [`${backend}:${port}`, { backend, port }]));
  const behind = [...backends].map(([title, { backend: callee, port }]) =>
    behindIngress(model, { kind: "port", title, callee, port }),
  );
  return [{ layers: [publicNames([host]), ingress] }, ...behind];
}

/** What pods meet that ask a public host: their packets to the ingress, then what the public meets. */
export function judgeHostFromPods(model: Model, client: PodClient, host: string): readonly Judgment[] {
  const [end] = entryPods(model.options);
  const { provider, port } = model.options.ingress;
  const podPort = provider === "gateway-api" ? port : 443;
  const packets = end === undefined ? [] : [judgePackets(model, client.pods, end, podPort)];
  return [{ layers: packets }, ...judgeHost(model, host)];
}
