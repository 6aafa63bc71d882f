import { at, leavesOf, listAt, textAt, textsAt } from "../read";
import { kindOf, type Resource, type Rule } from "../rule";

function untrusted(resource: Resource): string[] {
  if (!["ClusterIssuer", "Issuer"].includes(kindOf(resource))) return [];
  return at(resource.props, "spec.selfSigned") === undefined ? [] : ["signs its own certificates"];
}

function localNames(resource: Resource): string[] {
  if (!["Gateway", "VirtualService", "Certificate", "Ingress"].includes(kindOf(resource))) return [];
  const names = leavesOf(at(resource.props, "spec")).map(({ value }) => String(value));
  const local = names.filter((name) => /(^|\.)(localhost|local|test|invalid)$/.test(name) && !/\.svc\./.test(name));
  return [...new Set(local)].map((name) => `serves ${name}, a name that is not public`);
}

function oldTls(resource: Resource): string[] {
  if (kindOf(resource) !== "Gateway") return [];
  return listAt(resource.props, "spec.servers")
    .filter((server) => textAt(server, "tls.mode") === "SIMPLE")
    .filter((server) => !/^TLSV1_[23]$/.test(textAt(server, "tls.minProtocolVersion")))
    .map((server) => `accepts TLS older than 1.2 for ${textsAt(server, "hosts").join(", ")}`);
}

/** What browsers see in production is real. */
export const publicTls: Rule = {
  name: "production-tls-is-real",
  description: "In production certificates come from a real issuer, for public names, over TLS 1.2 or newer.",
  fix: "Set domain, ingress.tls.issuer and ingress.minTlsVersion.",
  productionOnly: true,
  validate: (resource) => [...untrusted(resource), ...localNames(resource), ...oldTls(resource)],
};
