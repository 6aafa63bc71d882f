import * as x509 from "@peculiar/x509";
import { webcrypto } from "node:crypto";

/** A public certificate: the chain, its key and its authority, all PEM. */
export interface PublicCertificate {
  readonly chain: string;
  readonly key: string;
  readonly authority: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const day = 86_400_000;

/** Signs public certificates. Two authorities of the same name are strangers to each other. */
export interface TestAuthority {
  /** A certificate for host names, valid from a hundred days ago until in `days`. */
  issue(hosts: readonly string[], days: number): Promise<PublicCertificate>;
}

const life = (days: number) => ({
  notBefore: new Date(Date.now() - 100 * day),
  notAfter: new Date(Date.now() + days * day),
});

/** Makes an authority with a key of its own. */
export async function createTestAuthority(): Promise<TestAuthority> {
  const own = await generateKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...life(1000),
      signingAlgorithm: algorithm,
      name: "CN=test authority",
      keys: own,
      extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
    },
    webcrypto,
  );
  const issue = async (hosts: readonly string[], days: number): Promise<PublicCertificate> => {
    const keys = await generateKeys();
    const names = hosts.map((value) => ({ type: "dns", value }) as const);
    const leaf = await x509.X509CertificateGenerator.create(
      {
        ...life(days),
        signingAlgorithm: algorithm,
        subject: "O=agyn",
        issuer: authority.subject,
        publicKey: keys.publicKey,
        signingKey: own.privateKey,
        extensions: [new x509.SubjectAlternativeNameExtension(names)],
      },
      webcrypto,
    );
    const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
    return { chain: leaf.toString("pem"), key, authority: authority.toString("pem") };
  };
  return { issue };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}
