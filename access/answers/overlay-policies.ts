import { roles, type OverlayPolicy, type RoleName } from "../platform/overlay";
import type { Model } from "../model/model";
import type { ServiceName } from "../platform/services";

const roleNames = Object.keys(roles) as RoleName[];

/** The overlay role that a platform workload's identity carries; undefined for one that is not on the overlay. */
export function workloadRole(service: ServiceName): RoleName | undefined {
  return roleNames.find((name) => (roles[name] as { workloads?: readonly ServiceName[] }).workloads?.includes(service));
}

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
