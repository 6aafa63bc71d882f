import type { Exposure } from "../model/exposure";
import type { Manifest } from "./manifest";
import { certificateNamespace } from "../model/certificate-namespace";
import type { Model } from "../model/model";
import type { IngressOptions } from "../model/options";

const sharedCertificate = "agyn-public-hosts";

// Istio serves every host from one server block, with one certificate whatever it names.
function isShared({ provider, tls }: IngressOptions): boolean {
  return tls.mode === "wildcard" || provider === "istio";
}

function certificateName({ options }: Model, { name }: Pick<Exposure, "name">): string {
  return isShared(options.ingress) ? sharedCertificate : `agyn-public-${name}`;
}

/** Name of the Secret that holds the certificate of a public host, in the namespace of `certificateNamespace`. */
export function certificateSecret(model: Model, exposure: Pick<Exposure, "name">): string {
  return `${certificateName(model, exposure)}-tls`;
}

/** The one certificate of all public hosts: its namespace, its name and its Secret; undefined where each host has its own. */
export function tryFindSharedCertificate(model: Model) {
  if (!isShared(model.options.ingress)) return undefined;
  const names = { certificate: sharedCertificate, secret: `${sharedCertificate}-tls` };
  return { namespace: certificateNamespace(model), ...names };
}

// A wildcard covers one label and not the apex; hosts that the operator put elsewhere are named beside it.
function wildcardNames({ options, exposures }: Model): readonly string[] {
  const { domain } = options;
  const covered = (host: string) => host.replace(/^[^.]+\./, "") === domain;
  const others = exposures.map(({ host }) => host).filter((host) => !covered(host));
  return [...new Set([domain, `*.${domain}`, ...others])];
}

/** Strictly one name per certificate, a shared one aside: the certificates of one installation with what they are for. */
function namesByCertificate(model: Model): ReadonlyMap<string, readonly string[]> {
  const { exposures, options } = model;
  if (options.ingress.tls.mode === "wildcard") return new Map([[sharedCertificate, wildcardNames(model)]]);
  const names = new Map<string, string[]>();
  for (const exposure of exposures) {
    const certificate = certificateName(model, exposure);
    names.set(certificate, [...(names.get(certificate) ?? []), exposure.host]);
  }
  return names;
}

const keyAlgorithms = {
  "ecdsa-256": { algorithm: "ECDSA", size: 256 },
  "ecdsa-384": { algorithm: "ECDSA", size: 384 },
  "rsa-2048": { algorithm: "RSA", size: 2048 },
  "rsa-4096": { algorithm: "RSA", size: 4096 },
} as const;

/**
 * The cert-manager Certificates of the public hosts, beside what serves them. `wildcard`: the domain and everything
 * directly under it. `perHost`: each host and nothing more, in one certificate with Istio and one per host elsewhere.
 */
export function renderCertificates(model: Model): readonly Manifest[] {
  const { tls } = model.options.ingress;
  return [...namesByCertificate(model)].map(([name, dnsNames]) => ({
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name, namespace: certificateNamespace(model) },
    spec: {
      secretName: `${name}-tls`,
      dnsNames,
      usages: ["digital signature", "key encipherment", "server auth"],
      issuerRef: { ...tls.issuer, group: "cert-manager.io" },
      privateKey: { ...keyAlgorithms[tls.key], rotationPolicy: tls.keyRotation },
    },
  }));
}
