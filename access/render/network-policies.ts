import type { Manifest } from "../manifest";
import type { Model } from "../model";

/** The network policies of every managed namespace; none unless `networkPolicies.enabled`. */
export function renderNetworkPolicies(_model: Model): readonly Manifest[] {
  return [];
}
