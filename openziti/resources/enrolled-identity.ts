import * as pulumi from "@pulumi/pulumi";
import type { TagsArgs } from "./common";

/** Arguments of `EnrolledIdentity`. */
export interface EnrolledIdentityArgs extends TagsArgs {
  /** Name of the identity without its ending: a `-` and eight hex digits. Changing it replaces the identity. */
  readonly namePrefix: pulumi.Input<string>;
  /** Full rights over the management API. Default false. Changing it replaces the identity. */
  readonly isAdmin?: pulumi.Input<boolean>;
}

/**
 * An identity with a client certificate of the controller's own authority. The provider makes the key and keeps it in the
 * state, as a secret. A certificate that nears its end, or that the controller no longer accepts, makes a new identity;
 * the old one goes last, when everything that depends on it has changed over. `pulumi up --replace` does the same.
 */
export class EnrolledIdentity extends pulumi.CustomResource {
  /** Name of the identity, with its ending. */
  declare public readonly name: pulumi.Output<string>;
  /** The certificate and its intermediates; PEM. */
  declare public readonly certPem: pulumi.Output<string>;
  /** Secret. Private key of the certificate; PEM. */
  declare public readonly keyPem: pulumi.Output<string>;
  /** When the certificate stops working (RFC 3339). */
  declare public readonly notAfter: pulumi.Output<string>;

  constructor(name: string, args: EnrolledIdentityArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { name: undefined, certPem: undefined, keyPem: undefined, notAfter: undefined };
    const given = { isAdmin: undefined, tags: undefined, ...args, ...outputs };
    const options = pulumi.mergeOptions(opts, { additionalSecretOutputs: ["keyPem"] });
    super("openziti:index:EnrolledIdentity", name, given, options);
  }
}
