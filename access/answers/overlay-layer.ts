import type { Model } from "../model/model";
import { isServiceName } from "../platform/services";
import type { Client, Target } from "./client";
import type { Judgment, Layer } from "./layer";
import { overlayPolicies, overlayTargets, workloadRole } from "./overlay-policies";

/** What of the overlay a target is: a static service, the holders of a service role, or nothing. */
export function overlayTargetOf({ overlay }: Model, target: Target): string | undefined {
  if (target.kind === "role") return `#${target.role}`;
  if (target.kind === "rpc" && target.rpc.transport === "overlay") return "#runner-services";
  if (target.kind === "host") return undefined;
  const service = target.kind === "rpc" ? target.rpc.service : target.callee;
  return overlay.services.find(({ name }) => name === service)?.name;
}

/** The overlay role that a client dials with; undefined for one without an overlay identity. */
export function dialRoleOf(client: Client): string | undefined {
  if (client.kind === "role") return client.role;
  if (client.kind === "public" || client.caller.kind !== "workload") return undefined;
  return isServiceName(client.caller.name) ? workloadRole(client.caller.name) : undefined;
}

/** The name under which the overlay is asked for a target. */
function judgeOverlayName({ overlay, options }: Model, target: string): Layer {
  const service = overlay.services.find(({ name }) => name === target);
  const runtime = `<name>.${options.overlay.zone}, made at run time`;
  const names = service?.intercept.addresses.join(", ") ?? runtime;
  const because = "The tunneler or the SDK of the caller answers for it, and for dialable services alone.";
  return { layer: "DNS", verdict: "open", rule: `intercept of ${target}: ${names}`, because };
}

const onlyExtras = "overlay.platformExtras adds what today's images need besides; nothing else opens the overlay.";

function judgePolicies(model: Model, role: string, target: string): Judgment {
  const layer = { layer: "overlay" } as const;
  const policies = overlayPolicies(model, "Dial", role, target);
  if (policies.length > 0) {
    const because = policies.map((policy) => policy.because).join(" ");
    const rule = policies.map(({ name }) => `Dial policy ${name}`).join(", ");
    return { layers: [{ ...layer, verdict: "open", rule, because }], policies };
  }
  const dialers = model.overlay.policies
    .filter((policy) => policy.type === "Dial" && overlayTargets(policy).includes(target))
    .flatMap(({ identityRoles }) => identityRoles.map((name) => `#${name}`));
  const because = `${target} may be dialed by ${[...new Set(dialers)].join(", ") || "nobody"}.`;
  const change = target === "gateway" ? `Add ${role} to overlay.infrastructureRoles.` : onlyExtras;
  return { layers: [{ ...layer, verdict: "closed", rule: "no Dial policy", because, change }] };
}

/** What the overlay says about a dial: the name, then the policy that allows it, or who else may. */
export function judgeDial(model: Model, role: string | undefined, target: string | undefined): Judgment {
  const layer = { layer: "overlay", verdict: "closed" } as const;
  if (target === undefined) {
    const because = `The overlay has ${model.overlay.services.map(({ name }) => name).join(", ")} and what is registered at run time.`;
    return { layers: [{ ...layer, rule: "no such service on the overlay", because }] };
  }
  const name = judgeOverlayName(model, target);
  if (role === undefined) {
    const because = "The caller has no identity on the overlay.";
    return { layers: [name, { ...layer, rule: "no overlay role", because }] };
  }
  const judgment = judgePolicies(model, role, target);
  return { ...judgment, layers: [name, ...judgment.layers] };
}
