import type { Manifest } from "./manifest";
import type { Model } from "../model/model";

/** Mesh-wide STRICT mutual TLS: lives in the mesh's root namespace and selects nothing, so it selects everything. */
export function renderPeerAuthentication({ options }: Model): Manifest {
  return {
    apiVersion: "security.istio.io/v1",
    kind: "PeerAuthentication",
    metadata: { name: "default", namespace: options.namespaces.mesh },
    spec: { mtls: { mode: "STRICT" } },
  };
}
