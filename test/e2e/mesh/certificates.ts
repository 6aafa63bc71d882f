import * as x509 from "@peculiar/x509";
import { webcrypto } from "node:crypto";

/** A certificate and its key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** An authority that signs certificates for the length of a test run. */
export interface Authority {
  /** Its own certificate, PEM. */
  readonly certificate: string;
  /** A certificate for a workload identity, for example `spiffe://cluster.local/ns/platform/sa/agents`. */
  issueWorkload(identity: string): Promise<KeyPair>;
  /** A certificate of a server, for host names. */
  issueServer(hosts: readonly string[]): Promise<KeyPair>;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const hour = 3_600_000;

function validity() {
  return { notBefore: new Date(Date.now() - hour), notAfter: new Date(Date.now() + 24 * hour) };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function toPem(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

/** Makes an authority of its own key. Two with the same name are strangers to each other. */
export async function createAuthority(name: string): Promise<Authority> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...validity(),
      name: `CN=${name}`,
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    },
    webcrypto,
  );
  const issue = (names: x509.JsonGeneralNames) => issueLeaf(certificate, keys, names);
  return {
    certificate: certificate.toString("pem"),
    issueWorkload: (identity) => issue([{ type: "url", value: identity }]),
    issueServer: (hosts) => issue(hosts.map((value) => ({ type: "dns", value }))),
  };
}

async function issueLeaf(
  issuer: x509.X509Certificate,
  issuerKeys: webcrypto.CryptoKeyPair,
  names: x509.JsonGeneralNames,
): Promise<KeyPair> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create(
    {
      ...validity(),
      subject: "O=agyn",
      issuer: issuer.subject,
      publicKey: keys.publicKey,
      signingKey: issuerKeys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
        new x509.SubjectAlternativeNameExtension(names),
        await x509.AuthorityKeyIdentifierExtension.create(issuerKeys.publicKey),
      ],
    },
    webcrypto,
  );
  return { certificate: certificate.toString("pem"), key: await toPem(keys.privateKey) };
}
