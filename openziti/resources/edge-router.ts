import * as pulumi from "@pulumi/pulumi";
import { ObjectArgs, withSecretToken, ZitiObject } from "./common";

/** Arguments of `EdgeRouter`. */
export interface EdgeRouterArgs extends ObjectArgs {
  /** Attributes policies select the router by, without `#`. Attributes other tools add are left alone. Default: none. */
  readonly roleAttributes?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** Gives the router an identity of the same id and name, so that it can dial and host. Default false. */
  readonly isTunnelerEnabled?: pulumi.Input<boolean>;
  /** 0 to 65535, added to every path through this router. Default 0. */
  readonly cost?: pulumi.Input<number>;
  /** Never a hop between other routers. Default false. */
  readonly noTraversal?: pulumi.Input<boolean>;
  /**
   * Uid of the volume that keeps the router's identity. Another one has none: the router gets a new token, and whoever used
   * the old one is let go. Default: none, and no used token is ever replaced.
   */
  readonly volume?: pulumi.Input<string>;
}

/** A router of the overlay's data plane. Created unenrolled: the router's pod enrolls with `enrollmentJwt`. */
export class EdgeRouter extends ZitiObject {
  declare public readonly roleAttributes: pulumi.Output<string[]>;
  declare public readonly isTunnelerEnabled: pulumi.Output<boolean>;
  declare public readonly cost: pulumi.Output<number>;
  declare public readonly noTraversal: pulumi.Output<boolean>;
  declare public readonly volume: pulumi.Output<string>;
  /** Secret. Single use; keeps its last value once the router has enrolled and the controller no longer shows it. */
  declare public readonly enrollmentJwt: pulumi.Output<string>;
  /** When `enrollmentJwt` stops working (RFC 3339). */
  declare public readonly enrollmentExpiresAt: pulumi.Output<string>;
  /** True once the router has enrolled. */
  declare public readonly isVerified: pulumi.Output<boolean>;

  constructor(name: string, args: EdgeRouterArgs, opts?: pulumi.CustomResourceOptions) {
    const defaults = {
      roleAttributes: undefined,
      isTunnelerEnabled: undefined,
      cost: undefined,
      noTraversal: undefined,
      volume: undefined,
    };
    const outputs = { enrollmentJwt: undefined, enrollmentExpiresAt: undefined, isVerified: undefined };
    super("EdgeRouter", name, { ...defaults, ...args, ...outputs }, withSecretToken(opts));
  }
}
