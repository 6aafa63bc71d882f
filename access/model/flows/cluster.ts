import { toBlock } from "../address-blocks";
import type { ModelOptions } from "../options";
import type { ServiceName } from "../../platform/services";
import { certManagerPods, istiodPods, platformPods } from "./ends";
import { everyPod, tcp, type Flow, type PodsEnd } from "./flow";

const platformUsers: readonly { readonly service: ServiceName; readonly because: string }[] = [
  { service: "k8s-runner", because: "A runner creates the pods of agents." },
  { service: "agents-orchestrator", because: "The Agents Orchestrator elects its leader by a Lease." },
  { service: "platform-controller", because: "The platform controller reconciles the platform's own resources." },
];

/** The API server, for the pods that use it alone. Its addresses are hosts', which no selector matches. */
export function apiServerFlows(options: ModelOptions): readonly Flow[] {
  const { apiServer } = options.networkPolicies;
  const blocks = apiServer.map((cidr) => toBlock(cidr, []));
  const users: readonly { readonly from: PodsEnd; readonly because: string }[] = [
    ...platformUsers.map(({ service, because }) => ({ from: platformPods(options, service), because })),
    { from: istiodPods(options), because: "istiod reads Services, endpoints and Istio's objects." },
    {
      from: everyPod(options.namespaces.certManager),
      because: "cert-manager and trust-manager read and write certificates and bundles.",
    },
  ];
  const to = { kind: "addresses", name: "api-server", blocks } as const;
  return users.map(({ from, because }) => ({ purpose: "api-server", from, to, ports: tcp(443, 6443), because }));
}

/** The webhooks of cert-manager and trust-manager. */
export function certManagerFlows(options: ModelOptions): readonly Flow[] {
  const because = "The API server asks the webhook to convert and to validate its objects.";
  const webhooks: readonly (readonly [string, number])[] = [
    ["webhook", 10250],
    ["trust-manager", 6443],
  ];
  return webhooks.map(([name, port]) => ({
    purpose: "webhooks",
    from: { kind: "apiServer" },
    to: certManagerPods(options, name),
    ports: tcp(port),
    because,
  }));
}
