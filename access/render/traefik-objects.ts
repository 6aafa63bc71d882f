import { passthroughHosts, type Route } from "../model/exposure";
import type { Manifest } from "./manifest";
import type { Model, ModelOptions } from "../model/model";
import { identityHeader } from "../platform/patterns";
import type { ServiceName } from "../platform/services";
import { transportSecuritySeconds } from "./transport-security";

const apiVersion = "traefik.io/v1alpha1";
const names = { headers: "agyn-headers", rewrite: "agyn-rewrite", redirect: "agyn-redirect", tls: "agyn" } as const;
const upstreamName = (backend: ServiceName) => `agyn-to-${backend}`;

// The entry points of Traefik's own chart.
const entryPoints = { plain: "web", secure: "websecure" } as const;

const annotation = (name: string) => `traefik.ingress.kubernetes.io/router.${name}`;

// Traefik tries the longest rule first, and the one for exactly /api is shorter than the one for all paths.
const beforeEverything = "10000";

// How Traefik's annotations call an object of another source.
function reference({ namespaces }: ModelOptions, name: string): string {
  return `${namespaces.platform}-${name}@kubernetescrd`;
}

/** What Traefik does to the requests of a route, as annotations of its Ingress. */
export function routeAnnotations({ rewrite, backend }: Route, { options }: Model): Readonly<Record<string, string>> {
  const middlewares = [
    names.headers,
    ...(rewrite === undefined ? [] : [names.rewrite]),
    ...(options.ingress.controller.entry === "mesh" ? [upstreamName(backend)] : []),
  ];
  return {
    [annotation("entrypoints")]: entryPoints.secure,
    [annotation("tls")]: "true",
    [annotation("tls.options")]: reference(options, names.tls),
    [annotation("middlewares")]: middlewares.map((name) => reference(options, name)).join(","),
    ...(rewrite !== undefined && { [annotation("priority")]: beforeEverything }),
  };
}

/** The same for the Ingress that answers plain HTTP with a redirect. */
export function redirectAnnotations(options: ModelOptions): Readonly<Record<string, string>> {
  return {
    [annotation("entrypoints")]: entryPoints.plain,
    [annotation("middlewares")]: reference(options, names.redirect),
  };
}

function middleware(name: string, spec: Manifest["spec"], { options }: Model): Manifest {
  const metadata = { name, namespace: options.namespaces.platform };
  return { apiVersion, kind: "Middleware", metadata, spec };
}

// A sidecar beside Traefik knows the Service, and with it mutual TLS, by the name in the request.
function renderUpstreamNames(model: Model): readonly Manifest[] {
  const { ingress, namespaces } = model.options;
  if (ingress.controller.entry !== "mesh") return [];
  const backends = new Set(model.exposures.flatMap(({ routes }) => routes).map(({ backend }) => backend));
  return [...backends].map((backend) => {
    const Host = `${backend}.${namespaces.platform}.svc.cluster.local`;
    return middleware(upstreamName(backend), { headers: { customRequestHeaders: { Host } } }, model);
  });
}

/**
 * What Traefik's annotations refer to, in the platform's namespace: middlewares and the oldest TLS version. An empty
 * header is one that is removed: the platform trusts the identity header from its own services alone.
 */
export function renderTraefikObjects(model: Model): readonly Manifest[] {
  const { ingress, namespaces } = model.options;
  const { tls, port, redirectHttp, minTlsVersion } = ingress;
  const headers = {
    customRequestHeaders: { [identityHeader]: "" },
    ...(tls.hsts && { stsSeconds: transportSecuritySeconds }),
  };
  const redirectScheme = { scheme: "https", port: String(port), permanent: true };
  return [
    middleware(names.headers, { headers }, model),
    middleware(names.rewrite, { stripPrefix: { prefixes: ["/api"] } }, model),
    ...(redirectHttp ? [middleware(names.redirect, { redirectScheme }, model)] : []),
    ...renderUpstreamNames(model),
    {
      apiVersion,
      kind: "TLSOption",
      metadata: { name: names.tls, namespace: namespaces.platform },
      spec: { minVersion: minTlsVersion === "1.3" ? "VersionTLS13" : "VersionTLS12" },
    },
  ];
}

/** The overlay's public names through Traefik, passed through by name in TLS; beside their backends. */
export function renderTraefikPassthrough({ options }: Model): readonly Manifest[] {
  if (!options.controller.manage) return [];
  return passthroughHosts(options).map(({ name, host, service }) => ({
    apiVersion,
    kind: "IngressRouteTCP",
    metadata: { name: `overlay-${name}`, namespace: options.namespaces.overlay },
    spec: {
      entryPoints: [entryPoints.secure],
      routes: [{ match: `HostSNI(\`${host}\`)`, services: [{ name: service, port: options.ingress.port }] }],
      tls: { passthrough: true },
    },
  }));
}
