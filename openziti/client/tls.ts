import { TlsError } from "./errors";

const distrusted =
  `the controller's certificate does not chain to "ca". Give the bundle of the authority that signed it; verification ` +
  `cannot be switched off.`;
const notHttps = `the port does not speak HTTPS. Check scheme and port in "url".`;

const explanations: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: distrusted,
  UNABLE_TO_GET_ISSUER_CERT: distrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: distrusted,
  SELF_SIGNED_CERT_IN_CHAIN: distrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: distrusted,
  CERT_SIGNATURE_FAILURE: distrusted,
  CERT_UNTRUSTED: distrusted,
  CERT_REJECTED: distrusted,
  INVALID_CA: distrusted,
  INVALID_PURPOSE: distrusted,
  CERT_CHAIN_TOO_LONG: distrusted,
  CERT_REVOKED: "the controller's certificate has been revoked.",
  CERT_HAS_EXPIRED: "the controller's certificate, or an authority above it, has expired: renew it.",
  CERT_NOT_YET_VALID: "the controller's certificate is not valid yet: compare the clocks of both machines.",
  ERR_TLS_CERT_ALTNAME_INVALID: `the controller's certificate is for another name. Use a host in "url" that it carries.`,
  ERR_SSL_WRONG_VERSION_NUMBER: notHttps,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notHttps,
  EPROTO: notHttps,
};

/** Families of codes that Node.js names by prefix: PEM texts OpenSSL cannot use, and handshakes the other side ended. */
const families: readonly (readonly [prefix: string, explanation: string])[] = [
  ["ERR_OSSL_", `"ca", "cert" or "key" cannot be used: each must be whole PEM text, and "key" must belong to "cert".`],
  ["ERR_SSL_", `the controller ended the handshake. If it asks for a client certificate, check "cert" and "key".`],
  ["ERR_TLS_", `the TLS settings do not fit: check "ca", "cert" and "key".`],
];

/** The TLS failure a Node.js error code stands for, or undefined when the code is about something else. */
export function tryFindTlsError(address: string, code: string): TlsError | undefined {
  const explanation = explanations[code] ?? families.find(([prefix]) => code.startsWith(prefix))?.[1];
  return explanation === undefined ? undefined : new TlsError(address, code, explanation);
}
