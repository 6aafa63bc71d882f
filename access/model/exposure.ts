import { controllerNodes } from "./controller-nodes";
import { canExpress } from "./ingress-limits";
import type { BrowserHost, ModelOptions, OptionalHost } from "./options";
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
  readonly name: BrowserHost | OptionalHost | "apex";
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

interface HostRow {
  readonly root?: ServiceName;
  readonly api: boolean;
  readonly because: string;
}

const hostTable: Readonly<Record<Exposure["name"], HostRow>> = {
  chat: { root: "chat-app", api: true, because: "The chat app, with the Gateway on its own origin." },
  console: { root: "console-app", api: true, because: "The console app, with the Gateway on its own origin." },
  tracing: { root: "tracing-app", api: true, because: "The tracing app, with the Gateway on its own origin." },
  gateway: { root: "gateway", api: false, because: "The Gateway as an endpoint of its own." },
  media: { root: "media-proxy", api: false, because: "The media proxy, which authenticates every request." },
  llm: { root: "llm-proxy", api: false, because: "The LLM proxy for clients outside of the overlay, by their tokens." },
  terminal: { root: "terminal-proxy", api: false, because: "Terminals in a browser, over WebSockets." },
  images: { root: "image-proxy", api: false, because: "The image registry, for container engines outside." },
  apex: { api: true, because: "The Gateway under a path, so that browser apps need no CORS." },
};

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
