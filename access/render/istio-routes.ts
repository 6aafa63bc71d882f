import type { Exposure, Route } from "../model/exposure";
import { gatewayName } from "../model/entry";
import { becauseAnnotation, type Manifest } from "./manifest";
import type { Model } from "../model/model";
import { identityHeader } from "../platform/patterns";
import { ingressGateway } from "../platform/services";
import { certificateSecret } from "./certificates";
import { strictTransportSecurity } from "./transport-security";

// With TLS on another port than 443 the redirect has to name the port, which Istio's own redirect cannot.
function httpServer({ options, exposures }: Model): readonly unknown[] {
  if (!options.ingress.redirectHttp) return [];
  const server = {
    port: { name: "http", number: ingressGateway.httpPort, protocol: "HTTP" },
    hosts: exposures.map(({ host }) => host),
  };
  return [options.ingress.port === 443 ? { ...server, tls: { httpsRedirect: true } } : server];
}

/**
 * The Istio Gateway of the public hosts. Every host is explicit and in one HTTPS server block: a wildcard would answer
 * for the overlay's passthrough names, and browsers that reuse a connection would get 404 from a second block.
 */
export function renderIstioGateway(model: Model): Manifest {
  const { ingress, namespaces } = model.options;
  const httpsServer = {
    port: { name: "https", number: ingress.port, protocol: "HTTPS" },
    hosts: model.exposures.map(({ host }) => host),
    tls: {
      mode: "SIMPLE",
      credentialName: certificateSecret(model, { name: "apex" }),
      minProtocolVersion: ingress.minTlsVersion === "1.3" ? "TLSV1_3" : "TLSV1_2",
    },
  };
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "Gateway",
    metadata: { name: gatewayName, namespace: namespaces.ingress },
    spec: { selector: ingressGateway.selector, servers: [httpsServer, ...httpServer(model)] },
  };
}

// The platform trusts this header from its own services, so no one outside may bring it along.
function toHeaders({ options }: Model) {
  const response = { set: { [strictTransportSecurity.name]: strictTransportSecurity.value } };
  return { request: { remove: [identityHeader] }, ...(options.ingress.tls.hsts && { response }) };
}

// No timeout: streams and sockets live for hours, and Istio's default is none (it refuses an explicit 0). No retries
// either: the Gateway's calls are not all safe to repeat.
function toHttpRoute({ match, rewrite, backend, port }: Route, model: Model) {
  const host = `${backend}.${model.options.namespaces.platform}.svc.cluster.local`;
  return {
    match: [{ uri: { [match.kind]: match.path } }],
    ...(rewrite && { rewrite: { uri: rewrite } }),
    route: [{ destination: { host, port: { number: port } } }],
    retries: { attempts: 0 },
    headers: toHeaders(model),
  };
}

function redirectRoutes({ options }: Model): readonly unknown[] {
  if (!options.ingress.redirectHttp || options.ingress.port === 443) return [];
  const redirect = { scheme: "https", port: options.ingress.port, redirectCode: 301 };
  return [{ match: [{ port: ingressGateway.httpPort }], redirect }];
}

function toVirtualService({ name, host, routes, because }: Exposure, model: Model): Manifest {
  const { ingress, platform } = model.options.namespaces;
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name: `public-${name}`, namespace: platform, annotations: { [becauseAnnotation]: because } },
    spec: {
      hosts: [host],
      gateways: [`${ingress}/${gatewayName}`],
      http: [...redirectRoutes(model), ...routes.map((route) => toHttpRoute(route, model))],
    },
  };
}

/** One VirtualService per public host: several for one host would be merged in no defined order. */
export function renderVirtualServices(model: Model): readonly Manifest[] {
  return model.exposures.map((exposure) => toVirtualService(exposure, model));
}
