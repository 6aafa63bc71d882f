import { authPolicy } from "./auth-policy";
import { authenticator } from "./authenticator";
import { certificateAuthority } from "./certificate-authority";
import { config } from "./config";
import { configType } from "./config-type";
import { edgeRouter } from "./edge-router";
import { enrolledIdentity } from "./enrolled-identity";
import { externalJwtSigner } from "./external-jwt-signer";
import { identity } from "./identity";
import { Kind } from "./kind";
import { edgeRouterPolicy, serviceEdgeRouterPolicy, servicePolicy } from "./policies";
import { service } from "./service";

/** Every kind the provider manages. */
export const kinds: readonly Kind[] = [
  configType,
  config,
  service,
  servicePolicy,
  edgeRouterPolicy,
  serviceEdgeRouterPolicy,
  identity,
  authenticator,
  authPolicy,
  externalJwtSigner,
  certificateAuthority,
  edgeRouter,
];

/** Every kind that a program can declare: those, and identities that the provider enrolls itself. */
export const declaredKinds: readonly Kind[] = [...kinds, enrolledIdentity];

/** The type token of a kind, as it stands in a program's resources. */
export function tokenOf(kind: Kind): string {
  return `openziti:index:${kind.name}`;
}

/** The kind with this type token, or undefined. */
export function tryFindKind(token: string): Kind | undefined {
  return kinds.find((kind) => tokenOf(kind) === token);
}
