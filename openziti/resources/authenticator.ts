import * as pulumi from "@pulumi/pulumi";
import { NamelessObject, TagsArgs } from "./common";

/** A user name with a password, or a client certificate; its owner is the identity `identityId`. */
export type AuthenticatorArgs = TagsArgs & {
  /** Id of the identity; it has at most one credential of each method. Changing it replaces the credential. */
  readonly identityId: pulumi.Input<string>;
} & (
    | {
        readonly method: "updb";
        /** At least 4 characters, of nobody else. */
        readonly username: pulumi.Input<string>;
        /** At least 5 characters; always kept as a secret. Changing it changes it in place. */
        readonly password: pulumi.Input<string>;
      }
    | {
        readonly method: "cert";
        /** One certificate of the controller's or a verified authority. Changing it replaces the credential. */
        readonly certPem: pulumi.Input<string>;
      }
  );

/**
 * A credential of an identity. To rotate without a gap, give a second identity the new credential, move its users, then
 * remove the first: one identity cannot hold two of a method.
 */
export class Authenticator extends NamelessObject {
  declare public readonly identityId: pulumi.Output<string>;
  declare public readonly method: pulumi.Output<"updb" | "cert">;
  declare public readonly username: pulumi.Output<string>;
  /** Secret. As it was declared; the controller never shows it. */
  declare public readonly password: pulumi.Output<string>;
  /** SHA-1 of the certificate, in hex; empty for a password. */
  declare public readonly fingerprint: pulumi.Output<string>;

  constructor(name: string, args: AuthenticatorArgs, opts?: pulumi.CustomResourceOptions) {
    const given: pulumi.Inputs = { username: undefined, password: undefined, fingerprint: undefined, ...args };
    if (given["password"] !== undefined) given["password"] = pulumi.secret(given["password"]);
    super("Authenticator", name, given, pulumi.mergeOptions(opts, { additionalSecretOutputs: ["password"] }));
  }
}
