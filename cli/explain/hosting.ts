import type { OverlayPolicy, RoleName } from "../../access/overlay";
import type { Model } from "../../access/model";
import type { ServiceName } from "../../access/services";

/** The overlay role that each platform workload's identity carries; workloads without one are not on the overlay. */
export const workloadRoles: Readonly<Partial<Record<ServiceName, RoleName>>> = {
  gateway: "gateway-hosts",
  "agents-orchestrator": "orchestrators",
  "egress-gateway": "egress-gateway-hosts",
  "llm-proxy": "llm-proxy-hosts",
  runners: "runners-service-hosts",
  "terminal-proxy": "terminal-proxy-hosts",
  tracing: "tracing-hosts",
  "k8s-runner": "runners",
  reminders: "apps",
  "telegram-connector": "apps",
};

/** A target of the overlay: a static service by its name, or every holder of a service role as `#role`. */
export function overlayTargets({ services, serviceRoles }: OverlayPolicy): readonly string[] {
  return [...services, ...serviceRoles.map((role) => `#${role}`)];
}

/** The policies that let a role dial or host a target. Empty: it may not. */
export function overlayPolicies(
  { overlay }: Model,
  type: OverlayPolicy["type"],
  role: string,
  target: string,
): readonly OverlayPolicy[] {
  return overlay.policies.filter(
    (policy) => policy.type === type && policy.identityRoles.includes(role) && overlayTargets(policy).includes(target),
  );
}
