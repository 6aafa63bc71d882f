import * as x509 from "@peculiar/x509";
import { webcrypto } from "node:crypto";

x509.cryptoProvider.set(webcrypto);

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const dayMs = 86_400_000;

/** An authority that exists for one test, and what it signs. All texts are PEM. */
export interface TestAuthority {
  readonly certPem: string;
  /** A certificate with this common name for a fresh key. */
  issue(commonName: string): Promise<{ readonly cert: string; readonly key: string }>;
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

/** A new authority, valid from yesterday until tomorrow. */
export async function createAuthority(commonName: string): Promise<TestAuthority> {
  const keys = await newKeys();
  const name = `CN=${commonName}`;
  const validity = { notBefore: new Date(Date.now() - dayMs), notAfter: new Date(Date.now() + dayMs) };
  const extensions = [new x509.BasicConstraintsExtension(true, undefined, true)];
  const common = { ...validity, signingAlgorithm: algorithm };
  const ca = await x509.X509CertificateGenerator.createSelfSigned({ ...common, name, keys, extensions });
  return {
    certPem: ca.toString("pem"),
    async issue(subject) {
      const { publicKey, privateKey } = await newKeys();
      const signing = { issuer: name, publicKey, signingKey: keys.privateKey };
      const cert = await x509.X509CertificateGenerator.create({ ...common, ...signing, subject: `CN=${subject}` });
      const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", privateKey);
      return { cert: cert.toString("pem"), key: x509.PemConverter.encode(pkcs8, "PRIVATE KEY") };
    },
  };
}
