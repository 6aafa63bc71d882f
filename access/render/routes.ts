import type { Manifest } from "../manifest";
import type { Model } from "../model";

/** The Istio Gateway of the public hosts: every host explicit, one HTTPS server block. */
export function renderGateway({ options }: Model): Manifest {
  const metadata = { name: "agyn", namespace: options.namespaces.ingress };
  return { apiVersion: "networking.istio.io/v1", kind: "Gateway", metadata, spec: {} };
}

/** One VirtualService per public host, in the platform namespace. */
export function renderVirtualServices(_model: Model): readonly Manifest[] {
  return [];
}

/** The cert-manager Certificates whose Secrets the public hosts are served with, in the ingress namespace. */
export function renderCertificates(_model: Model): readonly Manifest[] {
  return [];
}
