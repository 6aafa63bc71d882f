import * as pulumi from "@pulumi/pulumi";

/** Arguments of `ReadyController`. */
export interface ReadyControllerArgs {
  /** Node name and control-plane address (`tls:<host>:<port>`) of each member of a cluster. Default: a single controller. */
  readonly members?: readonly { readonly id: string; readonly address: pulumi.Input<string> }[];
  /** Revisions of the installation: another one is waited for anew. */
  readonly revisions?: pulumi.Input<readonly number[]>;
  /** Command that shows why it is not ready. */
  readonly look: pulumi.Input<string>;
}

/**
 * An installed controller whose API answers; of a cluster, whose members all belong to it. What needs the controller
 * depends on this: a release is ready when its pods run, which is before their API does.
 */
export class ReadyController extends pulumi.CustomResource {
  constructor(name: string, args: ReadyControllerArgs, opts?: pulumi.CustomResourceOptions) {
    super("openziti:index:ReadyController", name, { members: undefined, revisions: undefined, ...args }, opts);
  }
}

/** Arguments of `OnlineRouter`. */
export interface OnlineRouterArgs {
  /** Id of the `EdgeRouter`. */
  readonly routerId: pulumi.Input<string>;
  /** Revision of the installation: another one is waited for anew. */
  readonly revision?: pulumi.Input<number>;
  /** Command that shows why it is not online. */
  readonly look: pulumi.Input<string>;
}

/** An installed router that is connected to the controller. */
export class OnlineRouter extends pulumi.CustomResource {
  constructor(name: string, args: OnlineRouterArgs, opts?: pulumi.CustomResourceOptions) {
    super("openziti:index:OnlineRouter", name, { revision: undefined, ...args }, opts);
  }
}
