import { both, derived, mandatory, perProfile, value, type Field, type Fields } from "../field";
import { bootstrapIssuer, type BrowserHost } from "../settings";
import { domainName, objectName } from "../values/names";
import { portNumber } from "../values/network";
import { flag, oneOf } from "../values/value-type";

function host(name: BrowserHost, serves: string): Field<string> {
  return {
    type: domainName,
    help: `Full host name of ${serves}.`,
    example: `${name}.agents.acme-robotics.io`,
    ...both(derived(`\`${name}.<domain>\``, ({ domain }) => (domain === undefined ? undefined : `${name}.${domain}`))),
  };
}

/** Public ingress and TLS. */
export const ingressFields = {
  "ingress.provider": {
    type: oneOf("istio", "none"),
    help: "`istio`: the Istio ingress gateway serves the public hosts. `none`: the program makes no ingress.",
    example: "istio",
    ...both(value("istio")),
  },
  "ingress.port": {
    type: portNumber,
    help: "Public TLS port.",
    example: 443,
    ...both(value(443)),
  },
  "ingress.redirectHttp": {
    type: flag,
    help: "Answer plain HTTP on port 80 with a redirect to HTTPS.",
    example: true,
    ...both(value(true)),
  },
  "ingress.minTlsVersion": {
    type: oneOf("1.2", "1.3"),
    help: "Oldest TLS version that is accepted. In a stack file it stands in quotes.",
    example: "1.3",
    ...both(value("1.2")),
  },
  "ingress.hosts.chat": host("chat", "the Chat app"),
  "ingress.hosts.console": host("console", "the Console app"),
  "ingress.hosts.tracing": host("tracing", "the Tracing app"),
  "ingress.hosts.gateway": host("gateway", "the Gateway"),
  "ingress.hosts.media": host("media", "the media proxy"),
  "ingress.tls.mode": {
    type: oneOf("wildcard", "perHost"),
    help: "`wildcard`: one certificate for `<domain>` and `*.<domain>`. `perHost`: one certificate per host name.",
    example: "wildcard",
    ...both(value("wildcard")),
  },
  "ingress.tls.issuer.name": {
    type: objectName("the name of a cert-manager issuer"),
    help: "The cert-manager issuer of the public certificates. It must exist; in bootstrap the program makes its own.",
    example: "letsencrypt",
    ...perProfile(value(bootstrapIssuer), mandatory),
  },
  "ingress.tls.issuer.kind": {
    type: oneOf("ClusterIssuer", "Issuer"),
    help: "Kind of that issuer. An `Issuer` has to be in the ingress namespace.",
    example: "ClusterIssuer",
    ...both(value("ClusterIssuer")),
  },
  "ingress.tls.hsts": {
    type: flag,
    help: "Send Strict-Transport-Security, which makes browsers refuse plain HTTP for the hosts.",
    example: true,
    ...perProfile(value(false), value(true)),
  },
  "certManager.manage": {
    type: flag,
    help: "Install cert-manager and, with a managed controller, trust-manager. Off: they are there already, and trust-manager reads the overlay's namespace.",
    example: false,
    ...perProfile(value(true), value(false)),
  },
} satisfies Partial<Fields>;
