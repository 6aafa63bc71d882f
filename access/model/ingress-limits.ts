import type { IngressOptions } from "./options";

/** What differs between the ways of serving public hosts. */
type IngressFeature =
  | "pathRewrite"
  | "passthrough"
  | "redirect"
  | "minTlsVersion"
  | "hsts"
  | "identityHeader"
  | "sharedConnections"
  | "upstreamName";

/** Ways of serving public hosts that differ in what they express. */
type Dialect = "istio" | "gatewayApi" | "traefik" | "generic" | "none";

// What a dialect cannot express, with the named consequence. What is not here is rendered.
const missing: Readonly<Record<Dialect, Partial<Record<IngressFeature, string>>>> = {
  istio: {},
  gatewayApi: {
    minTlsVersion: "The Gateway API has no field for the oldest TLS version: set 1.3 in the controller's own options.",
    sharedConnections:
      "One certificate for several listeners lets browsers reuse a connection for a host of another listener, which " +
      "may answer 404: use ingress.tls.mode perHost.",
  },
  traefik: {},
  generic: {
    pathRewrite:
      "Kubernetes Ingress cannot take /api off a path: no host serves /api, and the apex is not public. Use Traefik or the Gateway API.",
    passthrough:
      "Kubernetes Ingress cannot pass TLS through: the overlay's public names need a way in of their own, such as a " +
      "LoadBalancer Service per name.",
    redirect: "Kubernetes Ingress has no redirect: plain HTTP is answered as the controller is configured.",
    minTlsVersion: "Kubernetes Ingress has no field for the oldest TLS version: set it in the controller's options.",
    hsts: "Kubernetes Ingress sets no headers: send Strict-Transport-Security from the controller.",
    identityHeader:
      "Kubernetes Ingress removes no headers: have the controller drop x-identity-id, which the platform trusts.",
    upstreamName:
      "Kubernetes Ingress cannot name the upstream: have the controller send requests to the Service's address and " +
      "under the Service's name, or mutual TLS does not apply and each route answers 503.",
  },
  none: {},
};

function dialectOf({ provider, controller }: IngressOptions): Dialect {
  if (provider === "istio" || provider === "none") return provider;
  if (provider === "gateway-api") return "gatewayApi";
  return controller.kind === "traefik" ? "traefik" : "generic";
}

/** Whether the public hosts' provider can express a feature. */
export function canExpress(ingress: IngressOptions, feature: IngressFeature): boolean {
  return missing[dialectOf(ingress)][feature] === undefined;
}

// Whether an installation asks for a feature. Path rewrites and clean headers it always asks for.
function wanted(ingress: IngressOptions, passesThrough: boolean): Readonly<Record<IngressFeature, boolean>> {
  return {
    pathRewrite: true,
    passthrough: passesThrough,
    redirect: ingress.redirectHttp,
    minTlsVersion: ingress.minTlsVersion === "1.3",
    hsts: ingress.tls.hsts,
    identityHeader: true,
    sharedConnections: ingress.tls.mode === "wildcard",
    upstreamName: ingress.controller.entry === "mesh",
  };
}

/**
 * What the installation asks for and its provider cannot express, a named sentence each: `feature: consequence`. Empty
 * with `istio` and with Traefik. `passesThrough`: the overlay's public names are to share the port.
 */
export function describeIngressLimits(ingress: IngressOptions, passesThrough: boolean): readonly string[] {
  const asked = wanted(ingress, passesThrough);
  return Object.entries(missing[dialectOf(ingress)])
    .filter(([feature]) => asked[feature as IngressFeature])
    .map(([feature, consequence]) => `${feature}: ${consequence}`);
}
