import type { Call, Origin } from "../../access/model/calls";
import type { Model } from "../../access/model/model";
import { callersOf, reachable } from "../../access/answers/queries";
import { shortName, tryFindRpc } from "../../access/platform/rpcs";
import { callerName } from "../diff/permissions";
import type { Caller, Target } from "./ends";
import { overlayPolicies, overlayTargets } from "./hosting";
import { dialRoleOf, overlayTargetOf } from "./overlay-layer";

/** One permission of a list: who, what, on which layer, and why. */
export interface Grant {
  readonly layer: "mesh" | "overlay";
  readonly who: string;
  readonly what: string;
  readonly origin: Origin | "overlay policy";
  /** Set where the permission is for requests with, or without, the identity header only. */
  readonly identityHeader?: "present" | "absent";
  readonly because: string;
}

function rpcGrants(model: Model, call: Call): Grant[] {
  const { origin, because } = call;
  const shared = { layer: "mesh", who: callerName(model, call.caller), origin, because } as const;
  if (call.kind === "port") return [{ ...shared, what: `${call.callee}:${call.port}` }];
  const header = call.identityHeader === undefined ? {} : { identityHeader: call.identityHeader };
  return call.rpcs.flatMap((path) => {
    const rpc = tryFindRpc(path);
    return rpc === undefined ? [] : [{ ...shared, ...header, what: shortName(rpc) }];
  });
}

function meshCallers(model: Model, target: Target): Grant[] {
  if (target.kind === "role") return [];
  if (target.kind === "rpc") {
    return callersOf(model, target.rpc).flatMap((call) =>
      rpcGrants(model, call).filter(({ what }) => call.kind === "port" || what === target.title),
    );
  }
  const { callee, port } = target;
  const calls = model.calls.filter((call) => call.callee === callee && (port === undefined || call.port === port));
  return calls.flatMap((call) => rpcGrants(model, call));
}

function dialers(model: Model, target: Target): Grant[] {
  const dialed = overlayTargetOf(model, target);
  if (dialed === undefined) return [];
  return model.overlay.policies
    .filter((policy) => policy.type === "Dial" && overlayTargets(policy).includes(dialed))
    .flatMap(({ identityRoles, because }) =>
      identityRoles.map((role) => ({
        layer: "overlay" as const,
        who: `#${role}`,
        what: dialed,
        origin: "overlay policy" as const,
        because,
      })),
    );
}

/** Everybody who may use a target, in the mesh and over the overlay. Empty: nobody. */
export function whoCan(model: Model, target: Target): readonly Grant[] {
  return [...meshCallers(model, target), ...dialers(model, target)];
}

/** Everything that a caller may use, in the mesh and over the overlay. Empty: nothing. */
export function whatCan(model: Model, caller: Caller): readonly Grant[] {
  const role = dialRoleOf(caller);
  const dialed = [...new Set(model.overlay.policies.flatMap(overlayTargets))].flatMap((target) =>
    role === undefined ? [] : overlayPolicies(model, "Dial", role, target).map((policy) => ({ policy, target })),
  );
  return [
    ...(caller.kind === "workload" ? reachable(model, caller.principal).flatMap((call) => rpcGrants(model, call)) : []),
    ...dialed.map(({ policy, target }) => ({
      layer: "overlay" as const,
      who: `#${role}`,
      what: target,
      origin: "overlay policy" as const,
      because: policy.because,
    })),
  ];
}
