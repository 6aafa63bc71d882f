import type { Model } from "../model";

/** A config object of the overlay; services refer to it by `name`. */
export interface ConfigObject {
  readonly name: string;
  readonly type: "intercept.v1" | "host.v1";
  readonly data: Readonly<Record<string, unknown>>;
}

/** A service object; `configs` are names of ConfigObjects, to be resolved to ids. */
export interface ServiceObject {
  readonly name: string;
  readonly roleAttributes: readonly string[];
  readonly encryptionRequired: true;
  readonly configs: readonly string[];
}

/** A service policy; `serviceRoles` are `#role` texts, `services` are names that become `@<id>` entries beside them. */
export interface ServicePolicyObject {
  readonly name: string;
  readonly type: "Bind" | "Dial";
  readonly semantic: "AnyOf";
  readonly identityRoles: readonly string[];
  readonly serviceRoles: readonly string[];
  readonly services: readonly string[];
}

/** A grant of edge routers to identities. */
export interface EdgeRouterPolicyObject {
  readonly name: string;
  readonly semantic: "AnyOf";
  readonly identityRoles: readonly string[];
  readonly edgeRouterRoles: readonly string[];
}

/** A grant of edge routers to services. */
export interface ServiceEdgeRouterPolicyObject {
  readonly name: string;
  readonly semantic: "AnyOf";
  readonly serviceRoles: readonly string[];
  readonly edgeRouterRoles: readonly string[];
}

/** Every static object of the overlay, in the order of creation. */
export interface OverlayObjects {
  readonly configs: readonly ConfigObject[];
  readonly services: readonly ServiceObject[];
  readonly servicePolicies: readonly ServicePolicyObject[];
  readonly edgeRouterPolicies: readonly EdgeRouterPolicyObject[];
  readonly serviceEdgeRouterPolicies: readonly ServiceEdgeRouterPolicyObject[];
}

/** The overlay's objects with symbolic references: names where the controller wants ids. */
export function renderOverlayObjects(_model: Model): OverlayObjects {
  return { configs: [], services: [], servicePolicies: [], edgeRouterPolicies: [], serviceEdgeRouterPolicies: [] };
}
