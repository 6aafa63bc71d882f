import { passthroughHosts } from "../../../access/model/exposure";
import type { Model } from "../../../access/model/model";
import { toUnknown } from "../../preflight/facts";
import { findingsOf } from "../../preflight/finding";
import { objectsOf, type VerifyFacts } from "../facts";
import type { Finding } from "../finding";

const tls = findingsOf("tls");
const names = findingsOf("names");

/** Every name that public DNS has to carry: the browser hosts, and the overlay's own. */
export function publicNames({ exposures, options }: Model): readonly string[] {
  return [...exposures, ...passthroughHosts(options)].map(({ host }) => host);
}

interface LoadBalancer {
  readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
}

// Where the ingress answers, as far as the cluster knows; a hostname cannot be compared with addresses.
function ingressAddresses(facts: VerifyFacts, { options }: Model): readonly string[] {
  const reading = objectsOf(facts, "Service", options.namespaces.ingress);
  if (!("value" in reading)) return [];
  const points = reading.value.flatMap(
    ({ status }) => (status as LoadBalancer | undefined)?.loadBalancer?.ingress ?? [],
  );
  return points.some(({ hostname }) => hostname !== undefined) ? [] : points.flatMap(({ ip }) => ip ?? []);
}

/** Each public name resolves, to the ingress where its address is known. */
export function examineNames(facts: VerifyFacts, model: Model): Finding[] {
  const ingress = ingressAddresses(facts, model);
  return publicNames(model).map((name) => {
    const reading = facts.addresses.get(name) ?? { reason: "it was not asked for" };
    if (!("value" in reading)) return toUnknown("names", name, reading);
    const found = reading.value;
    const target = ingress.length > 0 ? ingress.join(", ") : "the address of the ingress gateway";
    const record = `Publish a record for ${name} that leads to ${target}.`;
    if (found.length === 0) return names.fail(name, "has no DNS record: nobody finds it", record);
    const strangers = ingress.length > 0 ? found.filter((address) => !ingress.includes(address)) : [];
    if (strangers.length > 0) {
      return names.fail(name, `leads to ${strangers.join(", ")}, and the ingress answers at ${target}`, record);
    }
    return names.pass(name, `leads to ${found.join(", ")}`);
  });
}

// What a client says that does not know the authority: no fault where the authority could not be read from its Secret.
const strangers = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
]);

const distrust: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "the certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is for other names",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "its authority is not known here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its authority is not known here, or the chain is incomplete",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its authority is not known here",
};

/** Each browser host shows a client a certificate that it trusts. Unknown where it cannot be reached from here. */
export function examineHandshakes(facts: VerifyFacts, { exposures }: Model): Finding[] {
  const { certificate } = facts;
  const isAuthorityKnown = "value" in certificate && certificate.value !== undefined;
  return exposures.map(({ host }) => {
    const reading = facts.handshakes.get(host) ?? { reason: "it was not asked for" };
    if ("reason" in reading) {
      const fix = "Run it where the ingress can be reached, or name its address: --address <ip>[:<port>]";
      return tls.unknown(host, reading.reason, fix);
    }
    if (!("value" in reading)) return toUnknown("tls", host, reading);
    const { distrust: code, notAfter } = reading.value;
    if (code === undefined) return tls.pass(host, `is trusted, until ${notAfter.slice(0, 10)}`);
    if (!isAuthorityKnown && strangers.has(code)) {
      const cause = "its authority is not a public one, and the Secret that may name it could not be read";
      return tls.unknown(host, cause, "Run it as somebody who may read the Secret, or once it is there.");
    }
    const fix = "Compare with the Secret of the certificate; a proxy in between may answer instead of the ingress.";
    return tls.fail(host, `${distrust[code] ?? "the certificate is refused"} (${code})`, fix);
  });
}
