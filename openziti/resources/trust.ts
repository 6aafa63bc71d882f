import * as pulumi from "@pulumi/pulumi";
import { ObjectArgs, ZitiObject } from "./common";

/** Arguments of `ExternalJwtSigner`. Exactly one of `jwksEndpoint` and `certPem` with `kid`. */
export interface ExternalJwtSignerArgs extends ObjectArgs {
  /** The `iss` claim its tokens carry. */
  readonly issuer: pulumi.Input<string>;
  /** The `aud` claim its tokens carry. */
  readonly audience: pulumi.Input<string>;
  /** Default true; false refuses its tokens. */
  readonly enabled?: pulumi.Input<boolean>;
  /** URL of its keys. */
  readonly jwksEndpoint?: pulumi.Input<string>;
  /** Its certificate in PEM. */
  readonly certPem?: pulumi.Input<string>;
  /** Key id in the tokens that `certPem` verifies. */
  readonly kid?: pulumi.Input<string>;
  /** JSON pointer of the claim that names the identity. Default `/sub`. */
  readonly claimsProperty?: pulumi.Input<string>;
  /** The claim holds an identity's `externalId`, not its id. Default false. */
  readonly useExternalId?: pulumi.Input<boolean>;
  /** OIDC client that tunnellers log in as. Default: none. */
  readonly clientId?: pulumi.Input<string>;
  /** OIDC scopes tunnellers ask for. Default: none. */
  readonly scopes?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** Where tunnellers send people to log in. Default: none. */
  readonly externalAuthUrl?: pulumi.Input<string>;
  /** Which OIDC token the controller gets. Default `ACCESS`. */
  readonly targetToken?: pulumi.Input<"ACCESS" | "ID">;
}

const signerDefaults = {
  ...{ enabled: undefined, jwksEndpoint: undefined, certPem: undefined, kid: undefined, claimsProperty: undefined },
  ...{ useExternalId: undefined, clientId: undefined, scopes: undefined, externalAuthUrl: undefined },
  ...{ targetToken: undefined, fingerprint: undefined },
};

/** An authority whose JWTs an `AuthPolicy` may allow by this object's id. */
export class ExternalJwtSigner extends ZitiObject {
  declare public readonly issuer: pulumi.Output<string>;
  declare public readonly audience: pulumi.Output<string>;
  declare public readonly enabled: pulumi.Output<boolean>;
  declare public readonly jwksEndpoint: pulumi.Output<string>;
  declare public readonly certPem: pulumi.Output<string>;
  declare public readonly kid: pulumi.Output<string>;
  declare public readonly claimsProperty: pulumi.Output<string>;
  declare public readonly useExternalId: pulumi.Output<boolean>;
  declare public readonly clientId: pulumi.Output<string>;
  declare public readonly scopes: pulumi.Output<string[]>;
  declare public readonly externalAuthUrl: pulumi.Output<string>;
  declare public readonly targetToken: pulumi.Output<"ACCESS" | "ID">;
  /** SHA-1 of `certPem`, in hex; empty with `jwksEndpoint`. */
  declare public readonly fingerprint: pulumi.Output<string>;

  constructor(name: string, args: ExternalJwtSignerArgs, opts?: pulumi.CustomResourceOptions) {
    super("ExternalJwtSigner", name, { ...signerDefaults, ...args }, opts);
  }
}

/** Arguments of `CertificateAuthority`. */
export interface CertificateAuthorityArgs extends ObjectArgs {
  /** Its certificate in PEM. Changing it replaces the authority, and cuts off who logs in through it. */
  readonly certPem: pulumi.Input<string>;
  /** Any client certificate of it makes a new identity. Default false. */
  readonly isAutoCaEnrollmentEnabled?: pulumi.Input<boolean>;
  /** Identities with the enrollment `{ottca: <id of this>}` enroll with a certificate of it. Default false. */
  readonly isOttCaEnrollmentEnabled?: pulumi.Input<boolean>;
  /** Default true; false lets nobody log in through it. */
  readonly isAuthEnabled?: pulumi.Input<boolean>;
  /** Attributes of the identities it makes, without `#`. Default: none. */
  readonly identityRoles?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** Names of the identities it makes. Default `[caName]-[commonName]`. */
  readonly identityNameFormat?: pulumi.Input<string>;
}

const authorityDefaults = {
  ...{ isAutoCaEnrollmentEnabled: undefined, isOttCaEnrollmentEnabled: undefined, isAuthEnabled: undefined },
  ...{ identityRoles: undefined, identityNameFormat: undefined },
  ...{ isVerified: undefined, verificationToken: undefined, fingerprint: undefined },
};

/** A third-party authority. It counts once its owner has proved, with `verificationToken`, that he holds its key. */
export class CertificateAuthority extends ZitiObject {
  declare public readonly certPem: pulumi.Output<string>;
  declare public readonly isAutoCaEnrollmentEnabled: pulumi.Output<boolean>;
  declare public readonly isOttCaEnrollmentEnabled: pulumi.Output<boolean>;
  declare public readonly isAuthEnabled: pulumi.Output<boolean>;
  declare public readonly identityRoles: pulumi.Output<string[]>;
  declare public readonly identityNameFormat: pulumi.Output<string>;
  declare public readonly isVerified: pulumi.Output<boolean>;
  /** Secret. Common name of the certificate that proves it (`ziti ops verify ca`). */
  declare public readonly verificationToken: pulumi.Output<string>;
  /** SHA-1 of `certPem`, in hex. */
  declare public readonly fingerprint: pulumi.Output<string>;

  constructor(name: string, args: CertificateAuthorityArgs, opts?: pulumi.CustomResourceOptions) {
    const secret = pulumi.mergeOptions(opts, { additionalSecretOutputs: ["verificationToken"] });
    super("CertificateAuthority", name, { ...authorityDefaults, ...args }, secret);
  }
}
