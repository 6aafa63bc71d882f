import { webcrypto } from "node:crypto";

const signing = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const pkcs8 = { name: signing.name, namedCurve: signing.namedCurve } as const;

/** A new private key on the curve P-256, as PEM (PKCS #8). */
export async function createPrivateKey(): Promise<string> {
  const { privateKey } = await webcrypto.subtle.generateKey(signing, true, ["sign", "verify"]);
  const bytes = await webcrypto.subtle.exportKey("pkcs8", privateKey);
  return (await loadX509()).PemConverter.encode(bytes, "PRIVATE KEY");
}

/** A request (PEM) to certify a private key (PEM, curve P-256) under a name. Throws when the key cannot be read. */
export async function createCertificateRequest(key: string, commonName: string): Promise<string> {
  const x509 = await loadX509();
  const [bytes] = x509.PemConverter.decode(key);
  if (bytes === undefined) throw new Error("the private key that is to be certified is not PEM");
  const privateKey = await webcrypto.subtle.importKey("pkcs8", bytes, pkcs8, true, ["sign"]);
  const { kty, crv, x, y } = await webcrypto.subtle.exportKey("jwk", privateKey);
  const publicKey = await webcrypto.subtle.importKey("jwk", { kty, crv, x, y }, pkcs8, true, ["verify"]);
  const request = await x509.Pkcs10CertificateRequestGenerator.create(
    { name: [{ CN: [commonName] }], keys: { privateKey, publicKey }, signingAlgorithm: signing },
    webcrypto,
  );
  return request.toString("pem");
}

// Heavy: only for those who make a certificate.
const loadX509 = () => import("@peculiar/x509");
