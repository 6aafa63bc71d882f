import { expressiblePassthroughs } from "./exposure";
import { canExpress } from "./ingress-limits";
import type { Model } from "./model";
import { ingressGateway } from "../platform/services";

/** A host and port that anybody outside can reach, what answers there, and why. */
export interface PublicEndpoint {
  readonly host: string;
  readonly port: number;
  /**
   * `https`: TLS ends at the ingress. `passthrough`: it ends at the overlay. `redirect`: plain HTTP, sent on to TLS.
   * `health`: whether the gateway is ready, and nothing else.
   */
  readonly answers: "https" | "passthrough" | "redirect" | "health";
  readonly because: string;
}

/** A record that public DNS has to carry. */
export interface DnsRecord {
  /** `ALIAS` is what providers call a CNAME at the apex: a real one is not allowed there. */
  readonly type: "A" | "AAAA" | "CNAME" | "ALIAS";
  readonly name: string;
  /** An address or a name; while `ingress.address` is not set, a phrase that says where to look. */
  readonly target: string;
}

const overlayReasons = {
  controller: "Devices and remote runners enroll and sign in at the overlay's controller, which ends its own TLS.",
  router: "Devices and remote runners enter the overlay at a router, which ends its own TLS.",
};

function overlayEndpoints({ options }: Model): readonly PublicEndpoint[] {
  return expressiblePassthroughs(options).map(({ name, host }) => ({
    host,
    port: options.ingress.port,
    answers: "passthrough",
    because: name === "router" ? overlayReasons.router : overlayReasons.controller,
  }));
}

/** Every host and port that is reachable from outside through the program's ingress, and nothing else is. */
export function publicSurface(model: Model): readonly PublicEndpoint[] {
  const { exposures, options } = model;
  const { port, redirectHttp } = options.ingress;
  const redirects = redirectHttp && canExpress(options.ingress, "redirect");
  return [
    ...exposures.map(({ host, because }): PublicEndpoint => ({ host, port, answers: "https", because })),
    ...overlayEndpoints(model),
    ...(redirects ? exposures : []).map(({ host }): PublicEndpoint => ({
      host,
      port: ingressGateway.httpPort,
      answers: "redirect",
      because: "Whoever types the host without a scheme ends on TLS.",
    })),
    ...healthEndpoints(options),
  ];
}

function healthEndpoints({ domain, ingress }: Model["options"]): readonly PublicEndpoint[] {
  if (ingress.service?.statusPort !== true) return [];
  const because = "A load balancer asks the gateway here whether it is ready (ingress.service.statusPort).";
  return [{ host: domain, port: ingressGateway.statusPort, answers: "health", because }];
}

function gatewayAddress({ ingress, namespaces }: Model["options"]): string {
  const service = `the Service ${namespaces.ingress}/${ingressGateway.serviceAccount}`;
  const type = ingress.service?.type ?? "LoadBalancer";
  if (type === "LoadBalancer") return `the external address of ${service}`;
  return type === "NodePort"
    ? `the addresses of the nodes, or of what you put in front of the node ports of ${service}`
    : `the address of what you put in front of ${service}`;
}

function whereToLook(options: Model["options"]): string {
  const { ingress, namespaces } = options;
  if (ingress.provider === "istio") return gatewayAddress(options);
  if (ingress.provider === "gateway-api") return `status.addresses of the Gateway in ${namespaces.ingress}`;
  return `the external address of the ${ingress.className ?? "ingress"} controller's Service`;
}

function recordType(address: string | undefined, isApex: boolean): DnsRecord["type"] {
  if (address?.includes(":")) return "AAAA";
  if (address === undefined || /^[0-9.]+$/.test(address)) return "A";
  return isApex ? "ALIAS" : "CNAME";
}

/** The exact records for public DNS: one per host of the public surface, all to one target. */
export function dnsRecords(model: Model): readonly DnsRecord[] {
  const { domain, ingress } = model.options;
  const names = [...new Set(publicSurface(model).map(({ host }) => host))];
  const target = ingress.address ?? whereToLook(model.options);
  return names.map((name) => ({ type: recordType(ingress.address, name === domain), name, target }));
}

/** Public base URL of each host, by name. */
export function publicUrls({ exposures, options }: Model): Readonly<Record<string, string>> {
  const port = options.ingress.port === 443 ? "" : `:${options.ingress.port}`;
  return Object.fromEntries(exposures.map(({ name, host }) => [name, `https://${host}${port}`]));
}
