import { overlayPods } from "../../access/platform/services";
import { becauseAnnotation } from "../../access/render/manifest";

type Props = Record<string, unknown>;

/** One way in which an installation gets worse, and the rule that has to see it. */
export interface BadVariant {
  readonly title: string;
  readonly rule: string;
  /** Type and logical name of a resource of the program, or of the one that is added. */
  readonly type: string;
  readonly name: string;
  /** Inputs of the program's resource, worsened. */
  readonly change?: (props: Props) => Props;
  /** Inputs of an additional resource. */
  readonly add?: Props;
}

const withSpec = (spec: object) => (props: Props) => ({ ...props, spec: { ...(props.spec as object), ...spec } });
const withField = (fields: object) => (props: Props) => ({ ...props, ...fields });

function withRule(change: (rule: Props) => Props) {
  return (props: Props): Props => {
    const spec = props.spec as { rules: Props[] };
    const [first = {}, ...others] = spec.rules;
    return { ...props, spec: { ...spec, rules: [change(first), ...others] } };
  };
}

const withOperation = (operation: object) => withRule((rule) => ({ ...rule, to: [{ operation }] }));

function deployment(container: object): Props {
  const labels = { "app.kubernetes.io/name": "tool" };
  const containers = [{ name: "tool", image: "tool", ...container }];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "tool", namespace: "agyn-platform" },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
}

const authorizationPolicy = "kubernetes:security.istio.io/v1:AuthorizationPolicy";
const peerAuthentication = "kubernetes:security.istio.io/v1:PeerAuthentication";
const networkPolicy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const management = `${overlayPods.controller.managementService}.ziti.svc.cluster.local`;
const because = { [becauseAnnotation]: "an old client" };
const istio = "security.istio.io/v1";
const key = `-----BEGIN ${"PRIVATE"} KEY-----\nMC4CAQ==\n-----END ${"PRIVATE"} KEY-----\n`;
const toInternet = { to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ protocol: "TCP", port: 443 }] };

/** Every profile refuses these. */
export const badVariants: readonly BadVariant[] = [
  {
    title: "mesh-wide PERMISSIVE",
    rule: "permissive-needs-a-reason",
    type: peerAuthentication,
    name: "mesh-strict",
    change: withSpec({ mtls: { mode: "PERMISSIVE" } }),
  },
  {
    title: "mutual TLS off for one port, without a reason",
    rule: "permissive-needs-a-reason",
    type: peerAuthentication,
    name: "extra-exception",
    add: {
      apiVersion: istio,
      kind: "PeerAuthentication",
      metadata: { name: "runners-plain", namespace: "agyn-platform" },
      spec: {
        selector: { matchLabels: { "app.kubernetes.io/name": "runners" } },
        portLevelMtls: { "50051": { mode: "DISABLE" } },
      },
    },
  },
  {
    title: "a NodePort in the platform",
    rule: "no-public-service-outside-ingress",
    type: "kubernetes:core/v1:Service",
    name: "overlay-ziti-management-service",
    change: withSpec({ type: "NodePort" }),
  },
  {
    title: "a pod on its node's port",
    rule: "no-public-service-outside-ingress",
    type: "kubernetes:apps/v1:Deployment",
    name: "extra-port",
    add: deployment({ ports: [{ containerPort: 50051, hostPort: 50051 }] }),
  },
  {
    title: "a wildcard host on the gateway",
    rule: "no-wildcard-host",
    type: "kubernetes:networking.istio.io/v1:Gateway",
    name: "ingress-gateway",
    change: (props) => {
      const { servers } = props.spec as { servers: object[] };
      return withSpec({ servers: servers.map((server) => ({ ...server, hosts: ["*"] })) })(props);
    },
  },
  {
    title: "a public route to the management API",
    rule: "no-public-management-api",
    type: "kubernetes:networking.istio.io/v1:VirtualService",
    name: "ingress-virtualservice-agyn-platform-public-apex",
    change: withSpec({ http: [{ route: [{ destination: { host: management, port: { number: 1281 } } }] }] }),
  },
  {
    title: "the management API of any node as an overlay service",
    rule: "no-public-management-api",
    type: "openziti:index:Config",
    name: "overlay-config-gateway-host",
    change: withField({ data: { protocol: "tcp", address: management.replace("-mgmt", "-2-mgmt"), port: 443 } }),
  },
  {
    title: "every ServiceAccount of a namespace as a caller",
    rule: "no-wildcard-principal",
    type: authorizationPolicy,
    name: "mesh-authorizationpolicy-agyn-platform-runners",
    change: withRule((rule) => ({
      ...rule,
      from: [{ source: { principals: ["cluster.local/ns/agyn-platform/sa/*"] } }],
    })),
  },
  {
    title: "an allow-nothing that allows everything",
    rule: "no-wildcard-principal",
    type: authorizationPolicy,
    name: "mesh-authorizationpolicy-agyn-platform-allow-nothing",
    change: withField({ spec: { rules: [{}] } }),
  },
  {
    title: "everybody on the overlay as a dialer",
    rule: "no-wildcard-principal",
    type: "openziti:index:ServicePolicy",
    name: "overlay-policy-llm-proxy-dial",
    change: withField({ identityRoles: ["#all"] }),
  },
  {
    title: "every RPC of a service by pattern",
    rule: "no-wildcard-path",
    type: authorizationPolicy,
    name: "mesh-authorizationpolicy-agyn-platform-secrets",
    change: withOperation({ methods: ["POST"], paths: ["/agynio.api.secrets.v1.SecretsService/*"], ports: ["50051"] }),
  },
  {
    title: "every RPC of a service by leaving out the paths",
    rule: "no-wildcard-path",
    type: authorizationPolicy,
    name: "mesh-authorizationpolicy-agyn-platform-users",
    change: withOperation({ ports: ["50051"] }),
  },
  {
    title: "a password in a variable",
    rule: "no-plaintext-secret",
    type: "kubernetes:apps/v1:Deployment",
    name: "extra-password",
    add: deployment({ env: [{ name: "ZITI_PASSWORD", value: "not-a-secret-any-more" }] }),
  },
  {
    title: "a private key in a ConfigMap",
    rule: "no-plaintext-secret",
    type: "kubernetes:core/v1:ConfigMap",
    name: "extra-keys",
    add: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "keys", namespace: "agyn-platform" },
      data: { "tls.pem": key },
    },
  },
  {
    title: "agents on the internet",
    rule: "internet-egress-needs-a-reason",
    type: networkPolicy,
    name: "network-policies-networkpolicy-agyn-workloads-every-pod-overlay-out",
    change: withSpec({ egress: [toInternet] }),
  },
  {
    title: "a service with a way out to everywhere",
    rule: "internet-egress-needs-a-reason",
    type: networkPolicy,
    name: "network-policies-networkpolicy-agyn-platform-every-pod-mesh-out",
    change: withSpec({ egress: [{}] }),
  },
];

/** The charts of a stack that installs everything. */
export const badReleases: readonly BadVariant[] = [
  {
    title: "a load balancer for the router",
    rule: "no-public-service-outside-ingress",
    type: "kubernetes:helm.sh/v3:Release",
    name: "overlay-router",
    change: withField({ values: { edge: { service: { type: "LoadBalancer" } } } }),
  },
  {
    title: "a management API on the public listener",
    rule: "no-public-management-api",
    type: "kubernetes:helm.sh/v3:Release",
    name: "overlay-controller",
    change: withField({ values: { clientApi: { service: { type: "ClusterIP" } } } }),
  },
];

/** Fine in bootstrap, and refused in production. */
export const badInProduction: readonly BadVariant[] = [
  {
    title: "an exception for a whole namespace, with a reason",
    rule: "production-exceptions-are-scoped",
    type: peerAuthentication,
    name: "extra-namespace",
    add: {
      apiVersion: istio,
      kind: "PeerAuthentication",
      metadata: { name: "everyone", namespace: "agyn-platform", annotations: because },
      spec: { mtls: { mode: "PERMISSIVE" } },
    },
  },
  {
    title: "an opening that includes the cloud's metadata",
    rule: "production-egress-is-public",
    type: networkPolicy,
    name: "network-policies-networkpolicy-agyn-workloads-every-pod-overlay-out",
    change: withSpec({ egress: [toInternet] }),
  },
  {
    title: "an issuer that signs for itself",
    rule: "production-tls-is-real",
    type: "kubernetes:cert-manager.io/v1:ClusterIssuer",
    name: "extra-issuer",
    add: {
      apiVersion: "cert-manager.io/v1",
      kind: "ClusterIssuer",
      metadata: { name: "self-signed" },
      spec: { selfSigned: {} },
    },
  },
  {
    title: "a public host that is none",
    rule: "production-tls-is-real",
    type: "kubernetes:networking.istio.io/v1:VirtualService",
    name: "ingress-virtualservice-agyn-platform-public-chat",
    change: withSpec({ hosts: ["chat.agyn.localhost"] }),
  },
];
