import * as pulumi from "@pulumi/pulumi";
import { ObjectArgs, withSecretToken, ZitiObject } from "./common";

/**
 * How a new identity gets its credential: a one-time token, a user name whose owner sets a password, or a one-time token
 * together with a certificate of the `CertificateAuthority` with this id.
 */
export type Enrollment =
  { readonly ott: true } | { readonly updb: pulumi.Input<string> } | { readonly ottca: pulumi.Input<string> };

/** Arguments of `Identity`. */
export interface IdentityArgs extends ObjectArgs {
  /** Attributes policies select the identity by, without `#`. Attributes other tools add are left alone. Default: none. */
  readonly roleAttributes?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** Full rights over the management API. Default false. */
  readonly isAdmin?: pulumi.Input<boolean>;
  /** Subject an external JWT names this identity by. Default: none. */
  readonly externalId?: pulumi.Input<string>;
  /** Id of the authentication policy. Default: the controller's policy `default`. */
  readonly authPolicyId?: pulumi.Input<string>;
  /** Default: none, credentials are attached elsewhere. Changing it replaces the identity. */
  readonly enrollment?: pulumi.Input<Enrollment>;
}

/** A user, device, workload or router host of the overlay. */
export class Identity extends ZitiObject {
  declare public readonly roleAttributes: pulumi.Output<string[]>;
  declare public readonly isAdmin: pulumi.Output<boolean>;
  declare public readonly externalId: pulumi.Output<string>;
  declare public readonly authPolicyId: pulumi.Output<string>;
  /** Secret. The token `ziti edge enroll` takes; keeps its last value after use. Empty without `enrollment`. */
  declare public readonly enrollmentJwt: pulumi.Output<string>;
  /** When `enrollmentJwt` stops working (RFC 3339). Empty without `enrollment`. */
  declare public readonly enrollmentExpiresAt: pulumi.Output<string>;
  /** True once it has a credential. */
  declare public readonly isEnrolled: pulumi.Output<boolean>;

  constructor(name: string, args: IdentityArgs, opts?: pulumi.CustomResourceOptions) {
    const defaults = { roleAttributes: undefined, isAdmin: undefined, externalId: undefined, authPolicyId: undefined };
    const outputs = { enrollmentJwt: undefined, enrollmentExpiresAt: undefined, isEnrolled: undefined };
    super("Identity", name, { ...defaults, ...args, ...outputs }, withSecretToken(opts));
  }
}

/** Arguments of `AuthPolicy`. */
export interface AuthPolicyArgs extends ObjectArgs {
  /** First factors; a method left out is not allowed. At least one must be. */
  readonly primary: pulumi.Input<AuthPolicyPrimary>;
  /** Second factors. Default: none. */
  readonly secondary?: pulumi.Input<AuthPolicySecondary>;
}

/** First factors of an authentication policy. */
export interface AuthPolicyPrimary {
  /** Client certificates; expired ones only with `allowExpiredCerts`. Default: not allowed. */
  readonly cert?: pulumi.Input<{
    readonly allowed?: pulumi.Input<boolean>;
    readonly allowExpiredCerts?: pulumi.Input<boolean>;
  }>;
  /** JWTs of the external signers with these ids. Default: not allowed. */
  readonly extJwt?: pulumi.Input<{
    readonly allowed?: pulumi.Input<boolean>;
    readonly allowedSigners?: pulumi.Input<readonly pulumi.Input<string>[]>;
  }>;
  /** User name and password. Default: not allowed; minimum length 5, no limit on attempts. */
  readonly updb?: pulumi.Input<{
    readonly allowed?: pulumi.Input<boolean>;
    readonly minPasswordLength?: pulumi.Input<number>;
    /** 0: unlimited. */
    readonly maxAttempts?: pulumi.Input<number>;
    /** 0: locked for ever, once `maxAttempts` is reached. */
    readonly lockoutDurationMinutes?: pulumi.Input<number>;
    readonly requireMixedCase?: pulumi.Input<boolean>;
    readonly requireNumberChar?: pulumi.Input<boolean>;
    readonly requireSpecialChar?: pulumi.Input<boolean>;
  }>;
}

/** Second factors of an authentication policy. */
export interface AuthPolicySecondary {
  /** Default false. */
  readonly requireTotp?: pulumi.Input<boolean>;
  /** Id of an external JWT signer. Default: none. */
  readonly requireExtJwtSigner?: pulumi.Input<string>;
}

/** The ways in which the identities that name this policy may log in. */
export class AuthPolicy extends ZitiObject {
  declare public readonly primary: pulumi.Output<pulumi.Unwrap<AuthPolicyPrimary>>;
  declare public readonly secondary: pulumi.Output<pulumi.Unwrap<AuthPolicySecondary>>;

  constructor(name: string, args: AuthPolicyArgs, opts?: pulumi.CustomResourceOptions) {
    super("AuthPolicy", name, { secondary: undefined, ...args }, opts);
  }
}
