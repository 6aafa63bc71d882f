import * as pulumi from "@pulumi/pulumi";
import type { ForeignGrant } from "../functions/grant";

/**
 * Service policies that are not the stack's and let somebody dial or bind its services. No object of the controller, which
 * is asked when the resource is made and at every refresh: a run without a refresh costs no request.
 */
export class ForeignGrants extends pulumi.CustomResource {
  /** What was found last, by name; empty when there was nothing. */
  declare public readonly grants: pulumi.Output<readonly ForeignGrant[]>;

  constructor(name: string, opts?: pulumi.CustomResourceOptions) {
    super("openziti:index:ForeignGrants", name, { grants: undefined }, opts);
  }
}
