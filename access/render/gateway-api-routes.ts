import { passthroughHosts, type Exposure, type Passthrough, type Route } from "../model/exposure";
import { gatewayName } from "../model/entry";
import { becauseAnnotation, type Manifest } from "./manifest";
import type { Model } from "../model/model";
import { identityHeader } from "../platform/patterns";
import { ingressGateway } from "../platform/services";
import { certificateSecret } from "./certificates";
import { strictTransportSecurity } from "./transport-security";

const apiVersion = "gateway.networking.k8s.io/v1";
const plainListener = "http";
const overlayListener = ({ name }: Passthrough) => `overlay-${name}`;

// Routes of one namespace only: who may make a route elsewhere cannot take a public host over.
function routesFrom(namespace: string, kind: string) {
  const selector = { matchLabels: { "kubernetes.io/metadata.name": namespace } };
  return { namespaces: { from: "Selector", selector }, kinds: [{ kind }] };
}

function toListener(exposure: Exposure, model: Model) {
  const { ingress, namespaces } = model.options;
  return {
    name: exposure.name,
    hostname: exposure.host,
    port: ingress.port,
    protocol: "HTTPS",
    tls: { mode: "Terminate", certificateRefs: [{ name: certificateSecret(model, exposure) }] },
    allowedRoutes: routesFrom(namespaces.platform, "HTTPRoute"),
  };
}

function toOverlayListener(name: Passthrough, { options }: Model) {
  return {
    name: overlayListener(name),
    hostname: name.host,
    port: options.ingress.port,
    protocol: "TLS",
    tls: { mode: "Passthrough" },
    allowedRoutes: routesFrom(options.namespaces.overlay, "TLSRoute"),
  };
}

function overlayNames({ options }: Model): readonly Passthrough[] {
  return options.controller.manage ? passthroughHosts(options) : [];
}

/** The Gateway of the public hosts and of the overlay's: each host has a listener of its own, none is a wildcard. */
export function renderGateway(model: Model): Manifest {
  const { ingress, namespaces } = model.options;
  const plain = {
    name: plainListener,
    port: ingressGateway.httpPort,
    protocol: "HTTP",
    allowedRoutes: { namespaces: { from: "Same" }, kinds: [{ kind: "HTTPRoute" }] },
  };
  return {
    apiVersion,
    kind: "Gateway",
    metadata: { name: gatewayName, namespace: namespaces.ingress },
    spec: {
      gatewayClassName: ingress.className,
      listeners: [
        ...model.exposures.map((exposure) => toListener(exposure, model)),
        ...overlayNames(model).map((name) => toOverlayListener(name, model)),
        ...(ingress.redirectHttp ? [plain] : []),
      ],
    },
  };
}

// The platform trusts the identity header from its own services, so no one outside may bring it along.
function toFilters(route: Route, { options }: Model): readonly unknown[] {
  const { tls, controller } = options.ingress;
  const { name, value } = strictTransportSecurity;
  const path = route.match.kind === "exact" ? "replaceFullPath" : "replacePrefixMatch";
  const type = route.match.kind === "exact" ? "ReplaceFullPath" : "ReplacePrefixMatch";
  const rewrite = {
    // A sidecar beside the controller knows the Service, and with it mutual TLS, by the name in the request.
    ...(controller.entry === "mesh" && {
      hostname: `${route.backend}.${options.namespaces.platform}.svc.cluster.local`,
    }),
    ...(route.rewrite && { path: { type, [path]: route.rewrite } }),
  };
  return [
    { type: "RequestHeaderModifier", requestHeaderModifier: { remove: [identityHeader] } },
    ...(tls.hsts ? [{ type: "ResponseHeaderModifier", responseHeaderModifier: { set: [{ name, value }] } }] : []),
    ...(Object.keys(rewrite).length > 0 ? [{ type: "URLRewrite", urlRewrite: rewrite }] : []),
  ];
}

// A prefix is compared element by element here: `/api` covers /api/me and not /apix, and needs no slash at its end.
function toRule(route: Route, model: Model) {
  const { kind, path } = route.match;
  const value = kind === "prefix" && path !== "/" ? path.replace(/\/$/, "") : path;
  return {
    matches: [{ path: { type: kind === "exact" ? "Exact" : "PathPrefix", value } }],
    filters: toFilters(route, model),
    backendRefs: [{ name: route.backend, port: route.port }],
    // Streams and sockets live for hours: 0s is the standard's word for no timeout.
    timeouts: { request: "0s" },
  };
}

function toHttpRoute(exposure: Exposure, model: Model): Manifest {
  const { ingress, platform } = model.options.namespaces;
  const { name, host, routes, because } = exposure;
  return {
    apiVersion,
    kind: "HTTPRoute",
    metadata: { name: `public-${name}`, namespace: platform, annotations: { [becauseAnnotation]: because } },
    spec: {
      parentRefs: [{ name: gatewayName, namespace: ingress, sectionName: name }],
      hostnames: [host],
      rules: routes.map((route) => toRule(route, model)),
    },
  };
}

function renderRedirect({ options, exposures }: Model): readonly Manifest[] {
  const { ingress, namespaces } = options;
  if (!ingress.redirectHttp) return [];
  const because = "Whoever types a public host without a scheme ends on TLS.";
  const requestRedirect = { scheme: "https", port: ingress.port, statusCode: 301 };
  const route: Manifest = {
    apiVersion,
    kind: "HTTPRoute",
    metadata: { name: "public-redirect", namespace: namespaces.ingress, annotations: { [becauseAnnotation]: because } },
    spec: {
      parentRefs: [{ name: gatewayName, sectionName: plainListener }],
      hostnames: exposures.map(({ host }) => host),
      rules: [{ filters: [{ type: "RequestRedirect", requestRedirect }] }],
    },
  };
  return [route];
}

/** The Gateway API's routes: one HTTPRoute per public host beside its backends, and one that redirects plain HTTP. */
export function renderHttpRoutes(model: Model): readonly Manifest[] {
  return [...model.exposures.map((exposure) => toHttpRoute(exposure, model)), ...renderRedirect(model)];
}

/**
 * The overlay's public names as TLSRoutes, passed through by name in TLS. They are beside their backends, in the
 * overlay's namespace: from elsewhere each would need a grant there.
 */
export function renderTlsRoutes(model: Model): readonly Manifest[] {
  const { ingress, overlay } = model.options.namespaces;
  return overlayNames(model).map((name) => ({
    apiVersion,
    kind: "TLSRoute",
    metadata: { name: `overlay-${name.name}`, namespace: overlay },
    spec: {
      parentRefs: [{ name: gatewayName, namespace: ingress, sectionName: overlayListener(name) }],
      hostnames: [name.host],
      rules: [{ backendRefs: [{ name: name.service, port: model.options.ingress.port }] }],
    },
  }));
}
