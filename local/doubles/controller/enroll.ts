import * as x509 from "@peculiar/x509";
import { webcrypto, X509Certificate } from "node:crypto";
import { toFingerprint } from "./collections/authenticators";
import { ApiError, fieldError } from "./errors";
import type { Answer } from "./routes";
import { type Fields, textOf } from "./store";
import type { World } from "./world";

/** Where identities enroll: a part of the client API, which needs no session. */
export const enrollmentPath = "/edge/client/v1/enroll/ott";

const signing = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const validDays = 365;

interface Signer {
  readonly certificate: x509.X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

const signers = new WeakMap<World, Promise<Signer>>();

/**
 * Trades a one-time token and a certificate request for a certificate, as its identity's authenticator. The double's
 * signer lives in memory: a certificate outlives a restart, its issuer does not.
 */
export async function enroll(world: World, body: unknown): Promise<Answer> {
  const given = (body ?? {}) as Fields;
  const token = textOf(given, "token");
  const enrollment = world.store.all("enrollments").find((entry) => entry.method === "ott" && entry.token === token);
  if (enrollment === undefined) throw new ApiError("NOT_FOUND");
  const identityId = textOf(enrollment, "identityId");
  const { leaf, authority } = await certify(world, textOf(given, "clientCsr"));
  const fingerprint = toFingerprint(new X509Certificate(leaf));
  world.store.in("enrollments").delete(enrollment.id);
  world.store.insert("authenticators", { identityId, method: "cert", tags: {}, certPem: leaf, fingerprint });
  world.store.save();
  return { status: 200, body: { data: { ca: "", cert: `${leaf}\n${authority}\n`, serverCert: "" }, meta: {} } };
}

async function certify(world: World, request: string): Promise<{ leaf: string; authority: string }> {
  const { subject, publicKey } = parseRequest(request);
  const signer = await signerOf(world);
  const leaf = await x509.X509CertificateGenerator.create(
    {
      ...validity(),
      ...{ subject, publicKey, issuer: signer.certificate.subject },
      ...{ signingKey: signer.key, signingAlgorithm: signing },
      extensions: [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
    },
    webcrypto,
  );
  return { leaf: leaf.toString("pem"), authority: signer.certificate.toString("pem") };
}

function parseRequest(request: string): x509.Pkcs10CertificateRequest {
  try {
    return new x509.Pkcs10CertificateRequest(request);
  } catch (error) {
    throw fieldError("clientCsr", error instanceof Error ? error.message : "unreadable", "<csr>");
  }
}

function signerOf(world: World): Promise<Signer> {
  const signer = signers.get(world) ?? createSigner();
  signers.set(world, signer);
  return signer;
}

async function createSigner(): Promise<Signer> {
  const keys = await webcrypto.subtle.generateKey(signing, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...validity(),
      ...{ name: "CN=simulated OpenZiti signer", keys, signingAlgorithm: signing },
      extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
    },
    webcrypto,
  );
  return { certificate, key: keys.privateKey };
}

function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - 60_000), notAfter: new Date(now + validDays * 86_400_000) };
}
