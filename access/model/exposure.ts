import { controllerNodes } from "./controller-nodes";
import { canExpress } from "./ingress-limits";
import { hostTable, type HostName } from "../platform/hosts";
import type { ModelOptions } from "./options";
import { findPort, overlayPods, type ServiceName } from "../platform/services";

/** One route of a public host: requests that match go to `backend`, with the matched part replaced by `rewrite`. */
export interface Route {
  readonly match: { readonly kind: "prefix" | "exact"; readonly path: string };
  readonly rewrite?: string;
  readonly backend: ServiceName;
  /** Port of the backend's Service. */
  readonly port: number;
}

/** A public host name and its routes, first match wins. */
export interface Exposure {
  readonly name: HostName;
  readonly host: string;
  readonly routes: readonly Route[];
  readonly because: string;
}

function route(kind: "prefix" | "exact", path: string, backend: ServiceName, rewrite?: string): Route {
  return { match: { kind, path }, ...(rewrite && { rewrite }), backend, port: findPort(backend, "http") };
}

// Two matches rather than the prefix `/api`, which would catch `/apix` too.
const api = [route("prefix", "/api/", "gateway", "/"), route("exact", "/api", "gateway", "/")];
const socket = route("prefix", "/socket.io/", "gateway");

function toExposure(name: Exposure["name"], { domain, ingress, overlay }: ModelOptions): Exposure[] {
  const { root, api: hasApi, because } = hostTable[name];
  const host = name === "apex" ? domain : ingress.hosts[name];
  const carriesApi = hasApi && canExpress(ingress, "pathRewrite");
  const routes = [
    ...(carriesApi ? api : []),
    ...(carriesApi && root && overlay.platformExtras ? [socket] : []),
    ...(root ? [route("prefix", "/", root)] : []),
  ];
  return host === undefined || routes.length === 0 ? [] : [{ name, host, routes, because }];
}

/**
 * Every public host of one installation, each with a route: an optional host only where it is named, and none of which
 * the provider can express no route. The Web apps' sockets are an extra of today's images.
 */
export function buildExposures(options: ModelOptions): readonly Exposure[] {
  return (Object.keys(hostTable) as Exposure["name"][]).flatMap((name) => toExposure(name, options));
}

/** The path of a route in words: `/api/*` for a prefix, `/api` for exactly that. */
export function pathPattern({ match }: Route): string {
  return `${match.path}${match.kind === "prefix" ? "*" : ""}`;
}

/** The workloads behind the public hosts, each port once. */
export function publicBackends(exposures: readonly Exposure[]): readonly Pick<Route, "backend" | "port">[] {
  const routes = exposures.flatMap((exposure) => exposure.routes);
  return [...new Map(routes.map(({ backend, port }) => [`${backend}:${port}`, { backend, port }])).values()];
}

/** A public name that the ingress passes through unopened, and the overlay Service that ends its TLS. */
export interface Passthrough {
  readonly name: "controller" | `controller-${number}` | "router";
  readonly host: string;
  readonly service: string;
}

/** The overlay's public names: its clients enroll and sign in at the controller's nodes, and enter at a router. */
export function passthroughHosts({ domain, controller }: ModelOptions): readonly Passthrough[] {
  return [
    ...controllerNodes(controller).map(({ host, publicService }, index) => ({
      name: index === 0 ? ("controller" as const) : (`controller-${index + 1}` as const),
      host,
      service: publicService,
    })),
    { name: "router", host: `ziti-router.${domain}`, service: overlayPods.router.publicService },
  ];
}

/** The overlay's public names, where the program installs the overlay and its ingress provider can pass TLS through. */
export function expressiblePassthroughs(options: ModelOptions): readonly Passthrough[] {
  return options.controller.manage && canExpress(options.ingress, "passthrough") ? passthroughHosts(options) : [];
}
