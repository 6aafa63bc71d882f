import { both, derived, mandatory, perProfile, unset, value, type Field, type Fields } from "../field";
import { bootstrapIssuer, type BrowserHost, type IngressProvider, type OptionalHost } from "../settings";
import { domainName, labelName, objectName } from "../values/names";
import { portNumber, publicAddress } from "../values/network";
import { flag, oneOf } from "../values/value-type";

function host(name: BrowserHost, serves: string): Field<string> {
  return {
    type: domainName,
    help: `Full host name of ${serves}.`,
    example: `${name}.agents.acme-robotics.io`,
    ...both(derived(`\`${name}.<domain>\``, ({ domain }) => (domain === undefined ? undefined : `${name}.${domain}`))),
  };
}

function optionalHost(name: OptionalHost, serves: string): Field<string> {
  return {
    type: domainName,
    help: `Full host name of ${serves}. Not set: it is not public.`,
    example: `${name}.agents.acme-robotics.io`,
    ...both(unset),
  };
}

// Names that Traefik's chart gives when nothing else is said.
const ofTraefik = derived<string>('`"traefik"` with Traefik, else not set', (draft) =>
  draft["ingress.controller.kind"] === "traefik" ? "traefik" : undefined,
);

function defaultClass(provider: IngressProvider | undefined): string | undefined {
  if (provider === "gateway-api") return "istio";
  return provider === "ingress" ? "traefik" : undefined;
}

function kindOfClass(className: string): "istio" | "traefik" | "generic" {
  if (/(^|[-.])istio([-.]|$)/.test(className)) return "istio";
  return /traefik/.test(className) ? "traefik" : "generic";
}

/** Public ingress and TLS. */
export const ingressFields = {
  "ingress.provider": {
    type: oneOf("istio", "gateway-api", "ingress", "none"),
    help:
      "What serves the public hosts. `istio`: Istio's ingress gateway. `gateway-api`: any controller of the Gateway API. " +
      "`ingress`: any controller of Kubernetes Ingress. `none`: the program makes certificates, and no ingress.",
    example: "istio",
    ...both(value("istio")),
  },
  "ingress.className": {
    type: objectName("the name of a class"),
    help: "The GatewayClass or IngressClass. It must exist. Of no use with `istio` and `none`.",
    example: "traefik",
    ...both(
      derived('`"istio"` with `gateway-api`, `"traefik"` with `ingress`, else not set', (draft) =>
        defaultClass(draft["ingress.provider"]),
      ),
    ),
  },
  "ingress.controller.kind": {
    type: oneOf("istio", "traefik", "generic"),
    help: "The controller behind the class. `generic`: only what the standard itself has is used.",
    example: "traefik",
    ...both(
      derived('`"istio"` or `"traefik"` when the class is called so, else `"generic"`', (draft) =>
        kindOfClass(draft["ingress.className"] ?? "istio"),
      ),
    ),
  },
  "ingress.controller.entry": {
    type: oneOf("mesh", "plaintext"),
    help:
      "How a controller that is not Istio's gets to pods that insist on mutual TLS. `mesh`: its pods have a sidecar " +
      "(output `ingressController` says what they need). `plaintext`: the ports behind the public hosts accept plaintext.",
    example: "mesh",
    ...both(unset),
  },
  "ingress.controller.namespace": {
    type: labelName("the name of a namespace"),
    help: "Namespace of that controller's pods, with `entry: mesh` or network policies.",
    example: "traefik",
    ...both(ofTraefik),
  },
  "ingress.controller.serviceAccount": {
    type: objectName("the name of a ServiceAccount"),
    help: "ServiceAccount of that controller's pods, with `entry: mesh`.",
    example: "traefik",
    ...both(ofTraefik),
  },
  "ingress.port": {
    type: portNumber,
    help: "Public TLS port.",
    example: 443,
    ...both(value(443)),
  },
  "ingress.address": {
    type: publicAddress,
    help: "Address or name of the load balancer in front of the ingress. The DNS records of the output name it.",
    example: "203.0.113.7",
    ...both(unset),
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
  "ingress.hosts.llm": optionalHost("llm", "the LLM proxy"),
  "ingress.hosts.terminal": optionalHost("terminal", "the terminal proxy"),
  "ingress.hosts.images": optionalHost("images", "the image registry"),
  "ingress.allowForeignHosts": {
    type: flag,
    help: "Accept hosts that are not below the domain. Off: such a host is taken for a typing error.",
    example: true,
    ...both(value(false)),
  },
  "ingress.tls.mode": {
    type: oneOf("wildcard", "perHost"),
    help:
      "`wildcard`: one certificate for `<domain>` and `*.<domain>`; it needs a DNS-01 issuer. `perHost`: each host is " +
      "named; one certificate with `istio`, one per host with the others.",
    example: "wildcard",
    ...both(
      derived<"wildcard" | "perHost">('`"perHost"` with `gateway-api`, else `"wildcard"`', (draft) =>
        draft["ingress.provider"] === "gateway-api" ? "perHost" : "wildcard",
      ),
    ),
  },
  "ingress.tls.key": {
    type: oneOf("ecdsa-256", "ecdsa-384", "rsa-2048", "rsa-4096"),
    help: "Kind and size of the certificates' private keys.",
    example: "rsa-2048",
    ...both(value("ecdsa-256")),
  },
  "ingress.tls.keyRotation": {
    type: oneOf("Always", "Never"),
    help: "Whether a renewal makes a new private key. `Never` is for clients that pin it.",
    example: "Never",
    ...both(value("Always")),
  },
  "ingress.tls.issuer.name": {
    type: objectName("the name of a cert-manager issuer"),
    help: "The cert-manager issuer of the public certificates. It must exist; in bootstrap the program makes its own.",
    example: "letsencrypt",
    ...perProfile(value(bootstrapIssuer), mandatory),
  },
  "ingress.tls.issuer.kind": {
    type: oneOf("ClusterIssuer", "Issuer"),
    help: "Kind of that issuer. An `Issuer` has to be beside the certificates: in the ingress namespace, with `ingress` in the platform's.",
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
