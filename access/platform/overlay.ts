import type { ServiceName } from "./services";

/** A role attribute: which side of a policy it is for, who gets it, and which platform workloads are among those. */
interface RoleRow {
  readonly kind: "identity" | "service";
  readonly issuedTo: string;
  readonly workloads?: readonly ServiceName[];
}

/** Every role attribute that a static policy may name: a closed set, each issued by Ziti Management at run time. */
export const roles = {
  agents: { kind: "identity", issuedTo: "agent workloads" },
  apps: { kind: "identity", issuedTo: "installed apps", workloads: ["reminders", "telegram-connector"] },
  devices: { kind: "identity", issuedTo: "enrolled user devices" },
  runners: { kind: "identity", issuedTo: "registered runners", workloads: ["k8s-runner"] },
  orchestrators: { kind: "identity", issuedTo: "the Agents Orchestrator", workloads: ["agents-orchestrator"] },
  "gateway-hosts": { kind: "identity", issuedTo: "Gateway pods", workloads: ["gateway"] },
  "llm-proxy-hosts": { kind: "identity", issuedTo: "LLM Proxy pods", workloads: ["llm-proxy"] },
  "tracing-hosts": { kind: "identity", issuedTo: "Tracing pods", workloads: ["tracing"] },
  "terminal-proxy-hosts": { kind: "identity", issuedTo: "Terminal Proxy pods", workloads: ["terminal-proxy"] },
  "runners-service-hosts": { kind: "identity", issuedTo: "Runners service pods", workloads: ["runners"] },
  "egress-gateway-hosts": { kind: "identity", issuedTo: "Egress Gateway pods", workloads: ["egress-gateway"] },
  "runner-services": { kind: "service", issuedTo: "the runner-<id> service of each runner" },
  "app-services": { kind: "service", issuedTo: "the app-<id> service of each app" },
  "egress-services": { kind: "service", issuedTo: "the service of each egress rule" },
} as const satisfies Record<string, RoleRow>;

/** A role attribute of the overlay. */
export type RoleName = keyof typeof roles;

const rolesOfKind = (kind: RoleRow["kind"]) =>
  (Object.keys(roles) as RoleName[]).filter((name) => roles[name].kind === kind);

/** The roles that identities carry. */
export const identityRoles: readonly RoleName[] = rolesOfKind("identity");

/** The roles that services carry. */
export const serviceRoles: readonly RoleName[] = rolesOfKind("service");

/** Roles of the platform's own pods that dial the Gateway: the default of `overlay.infrastructureRoles`. */
export const defaultInfrastructureRoles: readonly RoleName[] = [
  "orchestrators",
  "runners",
  "llm-proxy-hosts",
  "tracing-hosts",
  "terminal-proxy-hosts",
  "runners-service-hosts",
  "egress-gateway-hosts",
];

/** A service policy: identities with any of `identityRoles` may bind or dial `services` and holders of `serviceRoles`. */
export interface OverlayPolicy {
  readonly name: string;
  readonly type: "Bind" | "Dial";
  /** Always explicit: the controller's default, AllOf, over several roles matches nobody. */
  readonly semantic: "AnyOf";
  readonly identityRoles: readonly string[];
  readonly serviceRoles: readonly RoleName[];
  readonly services: readonly StaticServiceName[];
  readonly because: string;
}

/** A router grant, of all routers to everyone; both kinds are needed before any dial succeeds. */
export interface RouterGrant {
  readonly name: string;
  readonly kind: "edgeRouterPolicy" | "serviceEdgeRouterPolicy";
  readonly because: string;
}

/** The services that the overlay always has, with the port at which they are dialed. */
export const staticServices = {
  gateway: { port: 443, because: "Agents, apps, devices and the platform's own pods reach the Gateway." },
  "llm-proxy": { port: 80, because: "Agents reach their language models; the LLM Proxy holds the keys." },
  tracing: { port: 443, because: "Agents report their traces." },
} as const satisfies Partial<Record<ServiceName, { port: number; because: string }>>;

/** A static overlay service, named after the workload that binds it. */
export type StaticServiceName = keyof typeof staticServices;

interface PolicyTarget {
  readonly services?: readonly StaticServiceName[];
  readonly serviceRoles?: readonly RoleName[];
}

function policy(
  name: string,
  type: "Bind" | "Dial",
  identityRoles: readonly string[],
  { services = [], serviceRoles = [] }: PolicyTarget,
  because: string,
): OverlayPolicy {
  return { name, type, semantic: "AnyOf", identityRoles, serviceRoles, services, because };
}

const gateway = { services: ["gateway"] } as const;
const llmProxy = { services: ["llm-proxy"] } as const;
const tracing = { services: ["tracing"] } as const;
const runnerServices = { serviceRoles: ["runner-services"] } as const;
const appServices = { serviceRoles: ["app-services"] } as const;
const egressServices = { serviceRoles: ["egress-services"] } as const;

/** The policies of the specification; identities with one of `infrastructureRoles` dial the Gateway too. */
export function specificationPolicies(infrastructureRoles: readonly string[]): OverlayPolicy[] {
  const gatewayDialers = [...new Set<string>(["agents", "apps", "devices", ...infrastructureRoles])];
  return [
    policy("gateway-bind", "Bind", ["gateway-hosts"], gateway, "Gateway pods host the Gateway."),
    policy("gateway-dial", "Dial", gatewayDialers, gateway, "Everyone with a platform identity talks to the Gateway."),
    policy("llm-proxy-bind", "Bind", ["llm-proxy-hosts"], llmProxy, "LLM Proxy pods host the LLM Proxy."),
    policy("llm-proxy-dial", "Dial", ["agents"], llmProxy, "Agents alone use language models."),
    policy("tracing-bind", "Bind", ["tracing-hosts"], tracing, "Tracing pods host Tracing."),
    policy("tracing-dial", "Dial", ["agents"], tracing, "Agents alone report traces over the overlay."),
    policy("runners-bind", "Bind", ["runners"], runnerServices, "Each runner hosts its runner-<id> service."),
    policy(
      "orchestrators-dial-runners",
      "Dial",
      ["orchestrators"],
      runnerServices,
      "The Agents Orchestrator starts workloads on runners.",
    ),
    policy("apps-bind", "Bind", ["apps"], appServices, "Each app hosts its app-<id> service."),
    policy("apps-dial-gateway", "Dial", ["apps"], gateway, "Apps call the Gateway as themselves."),
  ];
}

/** What today's images need besides. */
export const extraPolicies: readonly OverlayPolicy[] = [
  policy(
    "terminal-proxy-dial-runners",
    "Dial",
    ["terminal-proxy-hosts"],
    runnerServices,
    "The Terminal Proxy opens shells on runners.",
  ),
  policy(
    "runners-service-dial-runners",
    "Dial",
    ["runners-service-hosts"],
    runnerServices,
    "The Runners service streams workload logs from runners.",
  ),
  policy("gateway-dial-apps", "Dial", ["gateway-hosts"], appServices, "The Gateway forwards users' calls to apps."),
  policy(
    "egress-gateway-bind",
    "Bind",
    ["egress-gateway-hosts"],
    egressServices,
    "The Egress Gateway hosts egress rules.",
  ),
];

/** Which routers carry what: both kinds are needed before any dial succeeds. */
export const grants: readonly RouterGrant[] = [
  {
    name: "all-identities-all-routers",
    kind: "edgeRouterPolicy",
    because: "Any identity may enter the overlay at any router; service policies decide what it reaches.",
  },
  {
    name: "all-services-all-routers",
    kind: "serviceEdgeRouterPolicy",
    because: "Any service may be carried by any router; service policies decide who reaches it.",
  },
];
