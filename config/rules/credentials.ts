import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import type { Draft } from "../field";
import type { Fault } from "../problems";
import type { Secret } from "../settings";
import { controllerUrlsOf } from "../values/network";
import { parseCertificates } from "../values/pem";
import type { Rule } from "./rule";

const pairs = [
  ["controller.cert", "controller.key"],
  ["controller.username", "controller.password"],
] as const;
type CredentialPath = (typeof pairs)[number][number];

/** Which settings the user gave, whether or not they were accepted. */
type IsGiven = (path: CredentialPath) => boolean;

/** Exactly one complete credential; a managed controller may have none, its own is generated. */
export function credentialFaults(draft: Draft, isGiven: IsGiven): readonly Fault[] {
  const begun = pairs.filter((pair) => pair.some(isGiven));
  if (begun.length > 1) {
    const reason = "is a second credential: give controller.cert with controller.key, or this pair";
    return pairs[1].filter(isGiven).map((key) => ({ key, reason, fix: "remove" }));
  }
  if (begun.length === 0) return draft["controller.manage"] === false ? [noCredential] : [];
  const [[first, second] = pairs[0]] = begun;
  if (isGiven(first) && isGiven(second)) return [];
  const [present, missing] = isGiven(first) ? [first, second] : [second, first];
  return [{ key: missing, reason: `is missing: ${present} needs it` }];
}

/** What concerns a controller that the program installs is not set for one that it does not. */
export const ownControllerOnly: Rule = (draft) =>
  draft["controller.manage"] === false && draft["controller.mode"] === "cluster"
    ? [{ key: "controller.mode", reason: "has no effect: the controller is not managed", fix: "remove" }]
    : [];

/** Behind the API server's port-forward there are as many controllers as are installed, each with an address of its own. */
export const addressPerController: Rule = (draft) => {
  const { "controller.url": url, "controller.mode": mode, "controller.manage": isManaged } = draft;
  if (url === undefined || draft["controller.reach"] !== "portForward") return [];
  const [given, needed] = [controllerUrlsOf(url).length, isManaged === true && mode === "cluster" ? 3 : 1];
  if (given === needed) return [];
  const reason = `has ${given} of ${needed} addresses: a port-forward leads to one controller each`;
  if (isManaged === true) return [{ key: "controller.url", reason, fix: "remove" }];
  return [{ key: "controller.url", reason, allowed: "a single address, or controller.reach: direct" }];
};

const noCredential: Fault = {
  key: "controller.cert",
  reason: "is missing: the program needs a credential for the controller",
  allowed: "controller.cert with controller.key, or controller.username with controller.password",
  fixKeys: ["controller.cert", "controller.key"],
};

/** Certificates are valid today, the key belongs to the certificate, and the CA bundle vouches for it. */
export const certificatesFit: Rule = (draft, now) => {
  const authorities = parseCertificates(draft["controller.ca"] ?? "");
  const chain = parseCertificates(draft["controller.cert"] ?? "");
  return [
    ...authorities.flatMap((certificate) => authorityFaults(certificate)),
    ...authorities.flatMap((certificate) => validityFaults("controller.ca", certificate, now)),
    ...chain.flatMap((certificate) => validityFaults("controller.cert", certificate, now)),
    ...chainFaults(chain, authorities),
    ...keyFaults(chain[0], draft["controller.key"]),
  ];
};

function authorityFaults(certificate: X509Certificate): Fault[] {
  if (certificate.ca) return [];
  return [
    { key: "controller.ca", reason: `contains ${nameOf(certificate)}, which is not the certificate of an authority` },
  ];
}

function validityFaults(key: string, certificate: X509Certificate, now: Date): Fault[] {
  const from = new Date(certificate.validFrom);
  const to = new Date(certificate.validTo);
  if (now < from) return [{ key, reason: `${nameOf(certificate)} is not valid before ${from.toISOString()}` }];
  return now > to ? [{ key, reason: `${nameOf(certificate)} expired on ${to.toISOString()}` }] : [];
}

function chainFaults(chain: readonly X509Certificate[], authorities: readonly X509Certificate[]): Fault[] {
  const [leaf, ...intermediates] = chain;
  if (leaf === undefined || authorities.length === 0 || isIssuedBelow(leaf, intermediates, authorities)) return [];
  const key = "controller.cert";
  return [{ key, reason: `${nameOf(leaf)} was not issued by controller.ca (its issuer: ${oneLine(leaf.issuer)})` }];
}

function isIssuedBelow(
  certificate: X509Certificate,
  intermediates: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): boolean {
  if (authorities.some((authority) => isIssuedBy(certificate, authority))) return true;
  return intermediates.some(
    (next) =>
      isIssuedBy(certificate, next) &&
      isIssuedBelow(
        next,
        intermediates.filter((other) => other !== next),
        authorities,
      ),
  );
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function keyFaults(leaf: X509Certificate | undefined, secret: Secret | undefined): Fault[] {
  if (secret === undefined || secret.isSealed) return [];
  const key = tryReadKey(secret.reveal());
  if (key === undefined) return [{ key: "controller.key", reason: "cannot be decoded as a private key" }];
  if (leaf === undefined || leaf.checkPrivateKey(key)) return [];
  return [{ key: "controller.key", reason: `is not the key of controller.cert (${nameOf(leaf)})` }];
}

// The decoder's own error text is dropped on purpose: it may quote the key.
function tryReadKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

const nameOf = (certificate: X509Certificate) => `"${oneLine(certificate.subject)}"`;
const oneLine = (name: string | undefined) => (name ?? "no name").replaceAll("\n", ", ");
