/** A static overlay service: bound by one platform workload, dialed at `addresses`. */
export interface OverlayService {
  readonly name: string;
  readonly roleAttributes: readonly string[];
  readonly intercept: { readonly addresses: readonly string[]; readonly port: number };
  /** In-cluster backend, for a tunneler that hosts the service; the platform's SDK hosts do not read it. */
  readonly host: { readonly address: string; readonly port: number };
  readonly because: string;
}

/** A service policy: identities with any of `identityRoles` may bind or dial `services` and holders of `serviceRoles`. */
export interface OverlayPolicy {
  readonly name: string;
  readonly type: "Bind" | "Dial";
  readonly semantic: "AnyOf";
  readonly identityRoles: readonly string[];
  readonly serviceRoles: readonly string[];
  readonly services: readonly string[];
  readonly because: string;
}

/** A router grant; both kinds are needed before any dial succeeds. */
export interface RouterGrant {
  readonly name: string;
  readonly kind: "edgeRouterPolicy" | "serviceEdgeRouterPolicy";
  readonly because: string;
}

/** The static part of the overlay. Runners, apps and exposures are registered at run time and cost nothing here. */
export interface OverlayModel {
  readonly services: readonly OverlayService[];
  readonly policies: readonly OverlayPolicy[];
  readonly grants: readonly RouterGrant[];
}
