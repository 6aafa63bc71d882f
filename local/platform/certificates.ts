import * as x509 from "@peculiar/x509";
import { existsSync } from "node:fs";
import { webcrypto } from "node:crypto";
import * as path from "node:path";
import { writeWhole } from "../files";
import { loopback } from "./ports";

/** Paths of a certificate and its key, both PEM. */
interface KeyPairFiles {
  readonly certificate: string;
  readonly key: string;
}

/** The certificates of one platform: an authority of its own, and what it signed. Keys are readable by the user only. */
export interface CertificateFiles {
  readonly authority: string;
  readonly etcd: KeyPairFiles;
  readonly apiServer: KeyPairFiles;
  readonly controller: KeyPairFiles;
  /** The key pair that signs service account tokens; `certificate` holds the bare public key. */
  readonly serviceAccount: KeyPairFiles;
}

const signing = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const validYears = 10;
const loopbackNames: x509.JsonGeneralNames = [
  { type: "ip", value: loopback },
  { type: "dns", value: "localhost" },
];
const apiServerNames: x509.JsonGeneralNames = [
  ...loopbackNames,
  { type: "dns", value: "kubernetes.default.svc" },
  { type: "dns", value: "kubernetes.default.svc.cluster.local" },
];

/** Where the certificates of a platform are. */
export function certificateFiles(folder: string): CertificateFiles {
  const pair = (name: string): KeyPairFiles => ({
    certificate: path.join(folder, `${name}.crt`),
    key: path.join(folder, `${name}.key`),
  });
  return {
    authority: path.join(folder, "ca.crt"),
    etcd: pair("etcd"),
    apiServer: pair("kube-apiserver"),
    controller: pair("controller"),
    serviceAccount: { certificate: path.join(folder, "sa.pub"), key: path.join(folder, "sa.key") },
  };
}

/**
 * Makes the certificates once per platform. The authority's key is dropped: nothing can be signed later. `addresses` are
 * those at which others than this machine's programs reach the API server, pods for example.
 */
export async function ensureCertificates(folder: string, addresses: readonly string[] = []): Promise<CertificateFiles> {
  const files = certificateFiles(folder);
  // The authority is written last, so its file says that the set is complete.
  if (existsSync(files.authority)) return files;
  const authority = await makeAuthority();
  await issue(authority, "etcd", loopbackNames, files.etcd);
  await issue(authority, "kube-apiserver", [...apiServerNames, ...addresses.map(toAddressName)], files.apiServer);
  await issue(authority, "openziti-controller", loopbackNames, files.controller);
  await makeServiceAccountKeys(files.serviceAccount);
  writeWhole(files.authority, authority.certificate.toString("pem"));
  return files;
}

function toAddressName(value: string): x509.JsonGeneralName {
  return { type: "ip", value };
}

interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly keys: CryptoKeyPair;
}

type CryptoKeyPair = webcrypto.CryptoKeyPair;

function validity(): { notBefore: Date; notAfter: Date } {
  const notBefore = new Date(Date.now() - 60_000);
  const notAfter = new Date(notBefore);
  notAfter.setFullYear(notAfter.getFullYear() + validYears);
  return { notBefore, notAfter };
}

async function generateKeys(): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey(signing, true, ["sign", "verify"]);
}

async function makeAuthority(): Promise<Authority> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...validity(),
      name: "CN=agyn-networking local platform",
      keys,
      signingAlgorithm: signing,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    },
    webcrypto,
  );
  return { certificate, keys };
}

// Both uses in one: etcd and its peers, and the API server towards etcd, present the same certificate.
async function issue(
  authority: Authority,
  name: string,
  names: x509.JsonGeneralNames,
  files: KeyPairFiles,
): Promise<void> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create(
    {
      ...validity(),
      subject: `CN=${name}`,
      issuer: authority.certificate.subject,
      publicKey: keys.publicKey,
      signingKey: authority.keys.privateKey,
      signingAlgorithm: signing,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
        new x509.SubjectAlternativeNameExtension(names),
        await x509.AuthorityKeyIdentifierExtension.create(authority.keys.publicKey),
      ],
    },
    webcrypto,
  );
  writeWhole(files.certificate, certificate.toString("pem"));
  await writeKey(files.key, "pkcs8", "PRIVATE KEY", keys.privateKey);
}

async function makeServiceAccountKeys(files: KeyPairFiles): Promise<void> {
  const keys = await generateKeys();
  await writeKey(files.certificate, "spki", "PUBLIC KEY", keys.publicKey);
  await writeKey(files.key, "pkcs8", "PRIVATE KEY", keys.privateKey);
}

async function writeKey(
  file: string,
  format: "pkcs8" | "spki",
  label: string,
  key: webcrypto.CryptoKey,
): Promise<void> {
  writeWhole(file, x509.PemConverter.encode(await webcrypto.subtle.exportKey(format, key), label));
}
