import * as pulumi from "@pulumi/pulumi";
import { ObjectArgs, Semantic, ZitiObject } from "./common";

/** A list of `#attribute`, `@id` (never `@name`), or `#all` alone. An empty list would match nothing and is refused. */
export type Roles = pulumi.Input<readonly pulumi.Input<string>[]>;

/** Arguments of `ServicePolicy`. */
export interface ServicePolicyArgs extends ObjectArgs {
  /** Dial: may connect. Bind: may host. Changing it replaces the policy. */
  readonly type: pulumi.Input<"Dial" | "Bind">;
  /** Default `AnyOf`. Changing it replaces the policy: the controller would go on to select by the old one. */
  readonly semantic?: pulumi.Input<Semantic>;
  readonly identityRoles: Roles;
  readonly serviceRoles: Roles;
  /** Posture checks the identity must pass. Default: none. */
  readonly postureCheckRoles?: Roles;
}

/** Lets identities dial or host services. Without a policy nobody reaches a service. */
export class ServicePolicy extends ZitiObject {
  declare public readonly type: pulumi.Output<"Dial" | "Bind">;
  declare public readonly semantic: pulumi.Output<Semantic>;
  declare public readonly identityRoles: pulumi.Output<string[]>;
  declare public readonly serviceRoles: pulumi.Output<string[]>;
  declare public readonly postureCheckRoles: pulumi.Output<string[]>;

  constructor(name: string, args: ServicePolicyArgs, opts?: pulumi.CustomResourceOptions) {
    super("ServicePolicy", name, { semantic: undefined, postureCheckRoles: undefined, ...args }, opts);
  }
}

/** Arguments of `EdgeRouterPolicy`. */
export interface EdgeRouterPolicyArgs extends ObjectArgs {
  /** Default `AnyOf`. Changing it replaces the policy: the controller would go on to select by the old one. */
  readonly semantic?: pulumi.Input<Semantic>;
  readonly edgeRouterRoles: Roles;
  readonly identityRoles: Roles;
}

/** Lets identities connect through edge routers. An identity no such policy covers can neither dial nor host. */
export class EdgeRouterPolicy extends ZitiObject {
  declare public readonly semantic: pulumi.Output<Semantic>;
  declare public readonly edgeRouterRoles: pulumi.Output<string[]>;
  declare public readonly identityRoles: pulumi.Output<string[]>;

  constructor(name: string, args: EdgeRouterPolicyArgs, opts?: pulumi.CustomResourceOptions) {
    super("EdgeRouterPolicy", name, { semantic: undefined, ...args }, opts);
  }
}

/** Arguments of `ServiceEdgeRouterPolicy`. */
export interface ServiceEdgeRouterPolicyArgs extends ObjectArgs {
  /** Default `AnyOf`. Changing it replaces the policy: the controller would go on to select by the old one. */
  readonly semantic?: pulumi.Input<Semantic>;
  readonly edgeRouterRoles: Roles;
  readonly serviceRoles: Roles;
}

/** Lets services travel through edge routers. A service no such policy covers stays visible, but dials hang. */
export class ServiceEdgeRouterPolicy extends ZitiObject {
  declare public readonly semantic: pulumi.Output<Semantic>;
  declare public readonly edgeRouterRoles: pulumi.Output<string[]>;
  declare public readonly serviceRoles: pulumi.Output<string[]>;

  constructor(name: string, args: ServiceEdgeRouterPolicyArgs, opts?: pulumi.CustomResourceOptions) {
    super("ServiceEdgeRouterPolicy", name, { semantic: undefined, ...args }, opts);
  }
}
