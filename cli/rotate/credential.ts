import { randomBytes } from "node:crypto";
import { createCertificateRequest, createPrivateKey } from "../../openziti/client/key-pair";
import type { Credential } from "../../openziti/client/session";
import type { Cluster } from "../../openziti/client/transport";

/** What an administrator proves itself with. All texts are secrets, but for `username` and `cert` (PEM). */
export type AdminCredential =
  | { readonly kind: "password"; readonly username: string; readonly password: string }
  | { readonly kind: "certificate"; readonly cert: string; readonly key: string };

/** A private key that has no certificate yet, as PEM. */
export interface PendingKey {
  readonly kind: "certificate";
  readonly key: string;
}

const passwordBytes = 30;

/** A new password for a new user: 40 letters, digits, `-` and `_`. */
export function createPassword(username: string): AdminCredential {
  return { kind: "password", username, password: randomBytes(passwordBytes).toString("base64url") };
}

/** A new private key on the curve P-256. */
export async function createKey(): Promise<PendingKey> {
  return { kind: "certificate", key: await createPrivateKey() };
}

/** A request (PEM) to certify the key under a name. */
export function createRequest({ key }: PendingKey, commonName: string): Promise<string> {
  return createCertificateRequest(key, commonName);
}

/** True when both would be accepted as the same. */
export function isSame(one: AdminCredential, other: AdminCredential): boolean {
  if (one.kind === "password") return other.kind === "password" && textsAreSame(one.password, other.password);
  return other.kind === "certificate" && textsAreSame(one.key, other.key) && textsAreSame(one.cert, other.cert);
}

// Configuration may lose the line break at the end of a text.
const textsAreSame = (one: string, other: string) => one.trim() === other.trim();

/** A cluster (without `cert` and `key`) and a credential in the form the client of the controller takes them. */
export function toLogIn(
  cluster: Cluster,
  credential: AdminCredential,
): { readonly cluster: Cluster; readonly credential: Credential } {
  if (credential.kind === "certificate") {
    const { cert, key } = credential;
    return { cluster: { ...cluster, cert, key }, credential: { method: "cert" } };
  }
  const { username, password } = credential;
  return { cluster, credential: { method: "password", username, password } };
}
