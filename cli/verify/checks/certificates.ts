import type { X509Certificate } from "node:crypto";
import { tryFindSharedCertificate } from "../../../access/render/certificates";
import type { Manifest } from "../../../access/render/manifest";
import type { Model } from "../../../access/model/model";
import { parseCertificates } from "../../../config/values/pem";
import { toUnknown } from "../../preflight/facts";
import { findingsOf } from "../../preflight/finding";
import { compareObjects } from "../compare";
import { objectsOf, type StoredCertificate, type VerifyFacts } from "../facts";
import type { Finding } from "../finding";

const { pass, fail, warn } = findingsOf("certificates");
const day = 86_400_000;
/** Days of life below which a certificate should have been renewed: cert-manager renews at a third of 90. */
const renewalDays = 21;

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

type SharedCertificate = NonNullable<ReturnType<typeof tryFindSharedCertificate>>;

/** The public certificate is requested, issued, in its Secret, chained, current, and names every public host. */
export function examineCertificates(facts: VerifyFacts, expected: readonly Manifest[], model: Model): Finding[] {
  const consequence = () => "nobody renews the public certificate";
  const compared = compareObjects(facts, expected, { check: "certificates", kind: "Certificate", consequence });
  const shared = tryFindSharedCertificate(model);
  if (shared === undefined) {
    const reading = { reason: "with one certificate per host only the requests are compared, not what was issued" };
    return [...compared, toUnknown("certificates", "Certificates of the public hosts", reading)];
  }
  return [...compared, ...examineConditions(facts, shared), ...examineSecret(facts, model, shared)];
}

function examineConditions(facts: VerifyFacts, { namespace, certificate }: SharedCertificate): Finding[] {
  const reading = objectsOf(facts, "Certificate", namespace);
  if (!("value" in reading)) return [];
  const live = reading.value.find(({ metadata }) => metadata.name === certificate);
  if (live === undefined) return [];
  const subject = `Certificate ${certificate}`;
  const conditions = (live.status?.conditions ?? []) as readonly Condition[];
  const ready = conditions.find(({ type }) => type === "Ready");
  if (ready?.status === "True") return [pass(subject, "is Ready")];
  const why =
    ready === undefined ? "cert-manager has not looked at it" : `${ready.reason ?? ""}: ${ready.message ?? ""}`;
  const fix = `kubectl -n ${namespace} describe certificate,certificaterequest,order,challenge`;
  return [fail(subject, `is not Ready (${why})`, fix)];
}

function examineSecret(facts: VerifyFacts, { exposures }: Model, { namespace, secret }: SharedCertificate): Finding[] {
  const { certificate, now } = facts;
  const subject = `Secret ${namespace}/${secret}`;
  const renew = `kubectl -n ${namespace} delete secret ${secret}: cert-manager asks for a new one.`;
  if (!("value" in certificate)) return [toUnknown("certificates", subject, certificate)];
  if (certificate.value === undefined) {
    return [fail(subject, "does not exist: the listener of the public hosts is closed, connections are reset", renew)];
  }
  const chain = tryParse(certificate.value.chain);
  const [leaf] = chain;
  if (leaf === undefined) return [fail(subject, "holds no certificate that can be read", renew)];
  return [
    examineLife(subject, leaf, now, renew),
    examineNames(
      subject,
      leaf,
      exposures.map(({ host }) => host),
    ),
    ...examineChain(subject, chain, certificate.value, renew),
  ];
}

function tryParse(text: string): readonly X509Certificate[] {
  try {
    return parseCertificates(text);
  } catch {
    return []; // reported as what it is: nothing that can be read
  }
}

function examineLife(subject: string, { validFrom, validTo }: X509Certificate, now: Date, renew: string): Finding {
  const until = new Date(validTo).toISOString().slice(0, 10);
  const days = Math.floor((new Date(validTo).getTime() - now.getTime()) / day);
  if (new Date(validTo) <= now) return fail(subject, `expired on ${until}: browsers refuse every host`, renew);
  if (new Date(validFrom) > now)
    return fail(subject, `is valid from ${validFrom} on`, "Set the clock of the issuer, or of this machine.");
  if (days < renewalDays) return warn(subject, `expires on ${until}, in ${days} days, and was not renewed`, renew);
  return pass(subject, `is valid until ${until}`);
}

function examineNames(subject: string, leaf: X509Certificate, hosts: readonly string[]): Finding {
  const missing = hosts.filter((host) => leaf.checkHost(host) === undefined);
  if (missing.length === 0) return pass(subject, `names all ${hosts.length} public hosts`);
  const cause = `does not name ${missing.join(", ")}: browsers warn there`;
  return fail(subject, cause, "Compare spec.dnsNames of the Certificate with ingress.hosts: pulumi up --refresh");
}

function examineChain(
  subject: string,
  chain: readonly X509Certificate[],
  { authority }: StoredCertificate,
  renew: string,
): Finding[] {
  const broken = chain.findIndex((certificate, index) => {
    const issuer = chain[index + 1];
    return issuer !== undefined && !certificate.verify(issuer.publicKey);
  });
  if (broken >= 0)
    return [fail(subject, `certificate ${broken + 1} of its chain is not signed by the next one`, renew)];
  const roots = authority === undefined ? [] : tryParse(authority);
  const last = chain.at(-1);
  if (roots.length === 0 || last === undefined) return [];
  if (roots.some(({ publicKey }) => last.verify(publicKey))) return [pass(subject, "is signed by its authority")];
  return [fail(subject, "is not signed by the authority beside it", renew)];
}
