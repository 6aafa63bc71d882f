import type { Manifest } from "../../../access/render/manifest";

/** A way from a public host to the Service of a workload, or to the overlay. */
export interface PublicRoute {
  readonly host: string;
  /** Path with `*` for a prefix; undefined where TLS is passed through. */
  readonly path?: string;
  readonly service: string;
  readonly port: number;
}

type Fields = Readonly<Record<string, unknown>>;

const list = (value: unknown) => (value ?? []) as readonly Fields[];
const firstName = (host: string) => host.split(".")[0] ?? "";

function ofVirtualService({ spec }: Manifest): PublicRoute[] {
  const hosts = spec.hosts as readonly string[];
  const toDestination = (route: Fields) => {
    const [{ destination } = { destination: {} }] = list(route.route) as readonly { destination: Fields }[];
    const { host, port } = destination as { host: string; port: { number: number } };
    return { service: firstName(host), port: port.number };
  };
  const http = list(spec.http).flatMap((route) =>
    list(route.match).map(({ uri }) => {
      const { prefix, exact } = uri as { prefix?: string; exact?: string };
      return { path: prefix === undefined ? String(exact) : `${prefix}*`, ...toDestination(route) };
    }),
  );
  return hosts.flatMap((host) => [...http, ...list(spec.tls).map(toDestination)].map((route) => ({ host, ...route })));
}

function ofGatewayRoute({ spec, kind }: Manifest): PublicRoute[] {
  const hosts = spec.hostnames as readonly string[];
  return list(spec.rules).flatMap((rule) => {
    const backends = list(rule.backendRefs) as readonly { name: string; port: number }[];
    const paths =
      kind === "TLSRoute" ? [undefined] : list(rule.matches).map(({ path }) => path as { type: string; value: string });
    return backends.flatMap(({ name: service, port }) =>
      hosts.flatMap((host) =>
        paths.map((path) => ({
          host,
          ...(path && { path: path.type === "Exact" ? path.value : `${path.value}*` }),
          service,
          port,
        })),
      ),
    );
  });
}

function ofIngress({ spec }: Manifest): PublicRoute[] {
  if (spec.tls === undefined) return []; // the redirect answers plain HTTP alone
  return list(spec.rules).flatMap(({ host, http }) =>
    list((http as Fields).paths).map(({ path, pathType, backend }) => {
      const { service } = backend as { service: { name: string; port: { number: number } } };
      const suffix = pathType === "Exact" ? "" : "*";
      return { host: String(host), path: `${String(path)}${suffix}`, service: service.name, port: service.port.number };
    }),
  );
}

function ofTraefikPassthrough({ spec }: Manifest): PublicRoute[] {
  return list(spec.routes).flatMap(({ match, services }) => {
    const host = /HostSNI\(`(.*)`\)/.exec(String(match))?.[1] ?? "";
    return (list(services) as readonly { name: string; port: number }[]).map(({ name, port }) => ({
      host,
      service: name,
      port,
    }));
  });
}

const readers: Readonly<Record<string, (manifest: Manifest) => PublicRoute[]>> = {
  VirtualService: ofVirtualService,
  HTTPRoute: ofGatewayRoute,
  TLSRoute: ofGatewayRoute,
  Ingress: ofIngress,
  IngressRouteTCP: ofTraefikPassthrough,
};

/** Every way from a public host, as the rendered objects say. A route without a backend (a redirect) is none. */
export function publicRoutes(manifests: readonly Manifest[]): readonly PublicRoute[] {
  return manifests.flatMap((manifest) => readers[manifest.kind]?.(manifest) ?? []);
}
