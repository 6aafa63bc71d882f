import type { Manifest } from "../manifest";
import type { Model } from "../model";

/** One ALLOW policy per callee, then the namespace's allow-nothing: apply in this order, delete in reverse. */
export function renderAuthorizationPolicies(_model: Model): readonly Manifest[] {
  return [];
}
