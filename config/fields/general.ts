import { both, mandatory, perProfile, unset, value, type Fields } from "../field";
import { chartSource } from "../values/network";
import { domainName, labelName, pattern } from "../values/names";
import { content, flag, oneOf, secretText, text } from "../values/value-type";

const namespace = labelName("a namespace name");
const imageRegistry = /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9][a-z0-9._-]*)*$/;

/** What everything else builds on: profile, domain, namespaces, sources of charts and images, cluster access. */
export const generalFields = {
  profile: {
    type: oneOf("bootstrap", "production"),
    help: "`bootstrap` has a default for everything and installs what it needs; `production` expects that you manage issuer, domain and controller. Never derived from the name of the stack.",
    example: "production",
    ...both(value("bootstrap")),
  },
  domain: {
    type: domainName,
    help: "Base domain. Browser hosts are `<name>.<domain>`, and `<domain>/api` reaches the Gateway.",
    example: "agents.acme-robotics.io",
    ...perProfile(value("agyn.localhost"), mandatory),
  },
  "namespaces.create": {
    type: flag,
    help: "Create the namespaces of platform and workloads. Off: they exist already and only get labels.",
    example: true,
    ...both(value(true)),
  },
  "namespaces.platform": {
    type: namespace,
    help: "Namespace of the platform services.",
    example: "agyn-platform",
    ...both(value("agyn-platform")),
  },
  "namespaces.workloads": {
    type: namespace,
    help: "Namespace of agent workloads. Network policies select every pod in it.",
    example: "agyn-workloads",
    ...both(value("agyn-workloads")),
  },
  "namespaces.ingress": {
    type: namespace,
    help: "Namespace of the Istio ingress gateway.",
    example: "istio-gateway",
    ...both(value("istio-gateway")),
  },
  "namespaces.mesh": {
    type: namespace,
    help: "Root namespace of the mesh, where istiod runs and mesh-wide policies live.",
    example: "istio-system",
    ...both(value("istio-system")),
  },
  "namespaces.overlay": {
    type: namespace,
    help: "Namespace of the OpenZiti controller and router.",
    example: "ziti",
    ...both(value("ziti")),
  },
  "namespaces.certManager": {
    type: namespace,
    help: "Namespace of cert-manager, where it reads the Secrets of a ClusterIssuer.",
    example: "cert-manager",
    ...both(value("cert-manager")),
  },
  "charts.istio": {
    type: chartSource,
    help: "Where the Istio charts come from.",
    example: "https://blob.istio.io/istio-release/charts",
    ...both(value("https://blob.istio.io/istio-release/charts")),
  },
  "charts.certManager": {
    type: chartSource,
    help: "Where the cert-manager and trust-manager charts come from.",
    example: "https://charts.jetstack.io",
    ...both(value("https://charts.jetstack.io")),
  },
  "charts.openziti": {
    type: chartSource,
    help: "Where the OpenZiti charts come from.",
    example: "https://docs.openziti.io/helm-charts",
    ...both(value("https://docs.openziti.io/helm-charts")),
  },
  "images.registry": {
    type: pattern("<host>[:<port>][/<path>]", imageRegistry),
    help: "Registry that mirrors every image, for clusters without internet access. Unset: each image comes from its own registry.",
    example: "registry.acme-robotics.io/mirror",
    ...both(unset),
  },
  "kubernetes.context": {
    type: text("the name of a context of the kubeconfig"),
    help: "Context of the kubeconfig to use. Unset: the current context.",
    example: "prod-eu-1",
    ...both(unset),
  },
  "kubernetes.kubeconfig": {
    type: secretText(content("the content of a kubeconfig file")),
    help: "Content of a kubeconfig. Unset: the one that kubectl uses.",
    example: "kubeconfig.yaml",
    secret: true,
    ...both(unset),
  },
  "kubernetes.awaitConditions": {
    type: flag,
    help: "Wait for conditions such as a Certificate's Ready. Off only where no controller can fulfill them.",
    example: true,
    ...both(value(true)),
  },
  "kubernetes.adopt": {
    type: flag,
    help:
      "Take over Kubernetes objects of the same name that exist already, instead of refusing to create them. Meant for " +
      "one `pulumi up`: after a run that was killed, or to move an installation into this program.",
    example: true,
    ...both(value(false)),
  },
} satisfies Partial<Fields>;
