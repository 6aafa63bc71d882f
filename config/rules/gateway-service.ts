import { installsGateway } from "../fields/gateway-service";
import type { Draft } from "../field";
import type { Fault } from "../problems";
import type { Rule } from "./rule";

const paths = [
  "ingress.service.type",
  "ingress.service.annotations",
  "ingress.service.externalTrafficPolicy",
  "ingress.service.loadBalancerClass",
  "ingress.service.loadBalancerSourceRanges",
  "ingress.service.nodePorts.http",
  "ingress.service.nodePorts.https",
  "ingress.service.statusPort",
] as const;
type ServicePath = (typeof paths)[number];

// What nobody gave is absent, or says as much as nothing.
function isSet(draft: Draft, path: ServicePath): boolean {
  const value = draft[path];
  return value !== undefined && value !== false && !(typeof value === "object" && Object.keys(value).length === 0);
}

// By type, what Kubernetes would ignore or refuse, and why.
const useless: Readonly<
  Record<"LoadBalancer" | "NodePort" | "ClusterIP", readonly (readonly [ServicePath, string])[]>
> = {
  LoadBalancer: [],
  NodePort: [
    ["ingress.service.loadBalancerClass", "a NodePort has no load balancer"],
    ["ingress.service.loadBalancerSourceRanges", "a NodePort has no load balancer, and lets every address in"],
  ],
  ClusterIP: [
    ["ingress.service.externalTrafficPolicy", "nothing outside of the cluster reaches a ClusterIP"],
    ["ingress.service.loadBalancerClass", "a ClusterIP has no load balancer"],
    ["ingress.service.loadBalancerSourceRanges", "a ClusterIP has no load balancer"],
    ["ingress.service.nodePorts.http", "a ClusterIP has no ports on nodes"],
    ["ingress.service.nodePorts.https", "a ClusterIP has no ports on nodes"],
  ],
};

function withoutEffect(key: string, why: string): Fault {
  return { key, reason: `has no effect: ${why}`, fix: "remove" };
}

function whyNoGateway(draft: Draft): string {
  const provider = draft["ingress.provider"];
  return provider === "istio"
    ? "the gateway is yours (mesh.manage false), and so is its Service"
    : `with provider ${provider} the program installs no gateway`;
}

/** Settings of the gateway's Service are for a Service that the program makes, and none is without effect. */
export const fittingService: Rule = (draft) => {
  if (draft["ingress.provider"] === undefined || draft["mesh.manage"] === undefined) return [];
  if (!installsGateway(draft)) {
    return paths.filter((path) => isSet(draft, path)).map((path) => withoutEffect(path, whyNoGateway(draft)));
  }
  const type = draft["ingress.service.type"];
  const rows = type === undefined ? [] : useless[type];
  return rows.filter(([path]) => isSet(draft, path)).map(([path, why]) => withoutEffect(path, why));
};

/** Two ports of a Service are two ports of a node. */
export const distinctNodePorts: Rule = (draft) => {
  const { "ingress.service.nodePorts.http": http, "ingress.service.nodePorts.https": https } = draft;
  if (http === undefined || http !== https) return [];
  const key = "ingress.service.nodePorts.https";
  return [
    { key, reason: "is the same port as ingress.service.nodePorts.http", suggestion: http === 30443 ? 30444 : 30443 },
  ];
};
