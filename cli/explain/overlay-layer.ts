import type { Model } from "../../access/model/model";
import type { Caller, Target } from "./ends";
import { overlayPolicies, overlayTargets, workloadRole } from "./hosting";
import type { Layer } from "./layer";

/** What of the overlay a target is: a static service, the holders of a service role, or nothing. */
export function overlayTargetOf({ overlay }: Model, target: Target): string | undefined {
  if (target.kind === "role") return `#${target.role}`;
  if (target.kind === "rpc" && target.rpc.transport === "overlay") return "#runner-services";
  const service = target.kind === "rpc" ? target.rpc.service : target.callee;
  return overlay.services.find(({ name }) => name === service)?.name;
}

/** The overlay role that a caller dials with; undefined for one without an overlay identity. */
export function dialRoleOf(caller: Caller): string | undefined {
  if (caller.kind === "role") return caller.role;
  return caller.kind === "workload" && caller.service !== undefined ? workloadRole(caller.service) : undefined;
}

/** The name under which the overlay is asked for a target. */
export function explainOverlayName({ overlay, options }: Model, target: string): Layer {
  const service = overlay.services.find(({ name }) => name === target);
  const runtime = `<name>.${options.overlay.zone}, made at run time`;
  const names = service?.intercept.addresses.join(", ") ?? runtime;
  const because = "The tunneler or the SDK of the caller answers for it, and for dialable services alone.";
  return { layer: "DNS", verdict: "open", rule: `intercept of ${target}: ${names}`, because };
}

const onlyExtras = "overlay.platformExtras adds what today's images need besides; nothing else opens the overlay.";

/** What the overlay says about a dial: the policy that allows it, or who else may. */
export function explainDial(model: Model, role: string | undefined, target: string | undefined): Layer {
  const layer = { layer: "overlay" } as const;
  if (target === undefined) {
    const because = `The overlay has ${model.overlay.services.map(({ name }) => name).join(", ")} and what is registered at run time.`;
    return { ...layer, verdict: "closed", rule: "no such service on the overlay", because };
  }
  if (role === undefined) {
    const because = "The caller has no identity on the overlay.";
    return { ...layer, verdict: "closed", rule: "no overlay role", because };
  }
  const policies = overlayPolicies(model, "Dial", role, target);
  if (policies.length > 0) {
    const because = policies.map((policy) => policy.because).join(" ");
    return { ...layer, verdict: "open", rule: policies.map(({ name }) => `Dial policy ${name}`).join(", "), because };
  }
  const dialers = model.overlay.policies
    .filter((policy) => policy.type === "Dial" && overlayTargets(policy).includes(target))
    .flatMap(({ identityRoles }) => identityRoles.map((name) => `#${name}`));
  const because = `${target} may be dialed by ${[...new Set(dialers)].join(", ") || "nobody"}.`;
  const change = target === "gateway" ? `Add ${role} to overlay.infrastructureRoles.` : onlyExtras;
  return { ...layer, verdict: "closed", rule: "no Dial policy", because, change };
}
