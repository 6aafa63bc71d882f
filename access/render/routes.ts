import type { Exposure, Route } from "../exposure";
import { becauseAnnotation, type Manifest } from "../manifest";
import type { Model } from "../model";
import { identityHeader } from "../patterns";
import { ingressGateway } from "../services";

/** Name of the Gateway, of the Certificate and of the Secret that holds it, all in the ingress namespace. */
export const ingressNames = {
  gateway: "agyn",
  certificate: "agyn-public-hosts",
  secret: "agyn-public-hosts-tls",
} as const;

// One year, the length that browsers' preload lists ask for; the overlay's own names are left out of it.
const strictTransportSecurity = "max-age=31536000";

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
export function renderGateway(model: Model): Manifest {
  const { ingress, namespaces } = model.options;
  const httpsServer = {
    port: { name: "https", number: ingress.port, protocol: "HTTPS" },
    hosts: model.exposures.map(({ host }) => host),
    tls: {
      mode: "SIMPLE",
      credentialName: ingressNames.secret,
      minProtocolVersion: ingress.minTlsVersion === "1.3" ? "TLSV1_3" : "TLSV1_2",
    },
  };
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "Gateway",
    metadata: { name: ingressNames.gateway, namespace: namespaces.ingress },
    spec: { selector: ingressGateway.selector, servers: [httpsServer, ...httpServer(model)] },
  };
}

// The platform trusts this header from its own services, so no one outside may bring it along.
function toHeaders({ options }: Model) {
  const response = { set: { "strict-transport-security": strictTransportSecurity } };
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
      gateways: [`${ingress}/${ingressNames.gateway}`],
      http: [...redirectRoutes(model), ...routes.map((route) => toHttpRoute(route, model))],
    },
  };
}

/** One VirtualService per public host: several for one host would be merged in no defined order. */
export function renderVirtualServices(model: Model): readonly Manifest[] {
  return model.exposures.map((exposure) => toVirtualService(exposure, model));
}

// A wildcard covers one label and not the apex; hosts that the operator put elsewhere are named beside it.
function dnsNames({ options, exposures }: Model): readonly string[] {
  const { domain, ingress } = options;
  const hosts = exposures.map(({ host }) => host);
  if (ingress.tls.mode === "perHost") return [...new Set(hosts)];
  const covered = (host: string) => host.replace(/^[^.]+\./, "") === domain;
  return [...new Set([domain, `*.${domain}`, ...hosts.filter((host) => !covered(host))])];
}

/**
 * The cert-manager Certificate of the public hosts, in the ingress namespace where the gateway reads its Secret:
 * `wildcard` names the domain and everything directly under it, `perHost` each public host and nothing more.
 */
export function renderCertificates(model: Model): readonly Manifest[] {
  const { ingress, namespaces } = model.options;
  return [
    {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: { name: ingressNames.certificate, namespace: namespaces.ingress },
      spec: {
        secretName: ingressNames.secret,
        dnsNames: dnsNames(model),
        issuerRef: { ...ingress.tls.issuer, group: "cert-manager.io" },
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      },
    },
  ];
}
