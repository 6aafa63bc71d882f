import type { Manifest } from "../../../access/render/manifest";
import type { Model } from "../../../access/model/model";
import { renderPublicObjects } from "../../../access/render/public-objects";
import type { AnyObject } from "./api-server";

/** What Traefik is told so that it serves our objects of one kind. */
export interface TraefikProvider {
  /** Arguments that switch its providers on. `address`: the one it listens on. */
  readonly arguments: (address: string) => readonly string[];
  /** The class that our objects name, which the operator brings. */
  readonly className: (name: string) => AnyObject;
  /** Our objects, for an entry point of plain HTTP at this port. */
  readonly objects: (model: Model, plainPort: number) => readonly Manifest[];
}

function allObjects(model: Model): readonly Manifest[] {
  const { foundation, routes, inOverlay } = renderPublicObjects(model);
  return [...foundation, ...routes, ...inOverlay];
}

// Traefik finds the entry point of a listener by its port, and port 80 needs a privilege. Nothing else is changed.
function withPlainPort(manifest: Manifest, port: number): Manifest {
  if (manifest.kind !== "Gateway") return manifest;
  const listeners = (manifest.spec.listeners as { readonly protocol: string }[]).map((listener) =>
    listener.protocol === "HTTP" ? { ...listener, port } : listener,
  );
  return { ...manifest, spec: { ...manifest.spec, listeners } };
}

/** The ways in which Traefik can be asked to serve the public hosts. */
export const traefikProviders: Readonly<Record<"ingress" | "gateway-api", TraefikProvider>> = {
  ingress: {
    arguments: () => ["--providers.kubernetesingress=true", "--providers.kubernetescrd=true"],
    className: (name) =>
      ({
        apiVersion: "networking.k8s.io/v1",
        kind: "IngressClass",
        metadata: { name },
        spec: { controller: "traefik.io/ingress-controller" },
      }) as AnyObject,
    objects: allObjects,
  },
  "gateway-api": {
    arguments: (address) => [
      "--providers.kubernetesgateway=true",
      `--providers.kubernetesgateway.statusaddress.ip=${address}`,
    ],
    className: (name) =>
      ({
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "GatewayClass",
        metadata: { name },
        spec: { controllerName: "traefik.io/gateway-controller" },
      }) as AnyObject,
    objects: (model, plainPort) => allObjects(model).map((manifest) => withPlainPort(manifest, plainPort)),
  },
};
