import { passthroughHosts } from "../../../access/model/exposure";
import type { Model } from "../../../access/model/model";
import { renderPublicObjects } from "../../../access/render/public-objects";
import { ingressGateway } from "../../../access/platform/services";
import { toUnknown } from "../facts";
import { findingsOf, type PublicFinding } from "../finding";
import type { Gateway, PublicFacts } from "../public-facts";

const { pass, fail, warn } = findingsOf("ingress");
const subject = "Gateways of others";

/** Labels of the pods that Istio's gateway chart makes. */
const gatewayLabels: Readonly<Record<string, string>> = {
  ...ingressGateway.selector,
  app: ingressGateway.serviceAccount,
};

interface Claim {
  readonly gateway: string;
  /** A name, `*.` and a domain, or `*`. */
  readonly pattern: string;
}

/** No Gateway of somebody else answers for the names that are passed through to the overlay, on the same pods and port. */
export function examineCaptures({ gateways }: PublicFacts, model: Model): PublicFinding[] {
  const { controller, ingress } = model.options;
  const isShared =
    ingress.provider === "istio" || (ingress.provider === "gateway-api" && ingress.controller.kind !== "istio");
  // Istio gives each Gateway of the Gateway API pods and an address of its own.
  if (!controller.manage || !isShared) return [];
  if (!("value" in gateways)) return [toUnknown("ingress", subject, gateways)];
  const names = passthroughHosts(model.options).map(({ host }) => host);
  const own = ownGateways(model);
  const claims = gateways.value
    .filter(({ metadata }) => !own.has(`${metadata.namespace}/${metadata.name}`))
    .flatMap((gateway) => claimsOf(gateway, model));
  const findings = claims.flatMap((claim) => examineClaim(claim, names, ingress.port));
  return findings.length > 0 ? findings : [pass(subject, `none covers ${names.join(", ")}`)];
}

function ownGateways(model: Model): ReadonlySet<string> {
  const { foundation, routes } = renderPublicObjects(model);
  const gateways = [...foundation, ...routes].filter(({ kind }) => kind === "Gateway");
  return new Set(gateways.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
}

function claimsOf({ metadata, spec }: Gateway, { options }: Model): Claim[] {
  const { port, className, provider } = options.ingress;
  const gateway = `Gateway ${metadata.namespace}/${metadata.name}`;
  if (provider === "gateway-api") {
    if (spec.gatewayClassName !== className) return [];
    const listeners = (spec.listeners ?? []).filter((listener) => listener.port === port);
    return listeners.map(({ hostname = "*" }) => ({ gateway, pattern: hostname }));
  }
  if (!Object.entries(spec.selector ?? {}).every(([label, value]) => gatewayLabels[label] === value)) return [];
  const hosts = (spec.servers ?? []).filter((server) => server.port.number === port).flatMap((server) => server.hosts);
  // A host may be preceded by the namespace whose routes it accepts.
  return hosts.map((host) => ({ gateway, pattern: host.replace(/^.*\//, "") }));
}

function examineClaim({ gateway, pattern }: Claim, names: readonly string[], port: number): PublicFinding[] {
  if (names.includes(pattern)) {
    const fix = "Remove the name there: it is the overlay's.";
    return [fail(gateway, `names ${pattern} on port ${port} too: which of both answers is left to their age`, fix)];
  }
  const covered = names.filter(
    (name) => pattern === "*" || (pattern.startsWith("*.") && name.endsWith(pattern.slice(1))),
  );
  if (covered.length === 0) return [];
  const cause = `its host ${pattern} on port ${port} covers ${covered.join(", ")}: whenever the route of such a name is missing or refused, it ends the overlay's TLS in the overlay's place`;
  return [warn(gateway, cause, "Name its hosts one by one; a wildcard certificate is fine.")];
}
