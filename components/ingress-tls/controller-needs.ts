import type { IngressOptions } from "../../access/model/options";

/** What the pods of an ingress controller need, to be in the mesh and to be called by clients outside of it. */
export interface ControllerNeeds {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly podAnnotations: Readonly<Record<string, string>>;
  /** Command line arguments; empty where the program knows none for the controller. */
  readonly arguments: readonly string[];
}

// Endpoints by pod address are unknown to the sidecar: requests have to go to the address of the Service. And a request
// may take longer than the minute that Traefik gives it: uploads and streams of clients do.
const unhurried = "--entryPoints.websecure.transport.respondingTimeouts.readTimeout=0";
const traefikArguments = {
  ingress: ["--providers.kubernetesingress.nativeLBByDefault=true", unhurried],
  "gateway-api": ["--providers.kubernetesgateway.nativeLBByDefault=true", unhurried],
} as const;

/** What the operator has to give a controller with `entry: mesh`; undefined where there is none. */
export function controllerNeeds({ provider, controller }: IngressOptions): ControllerNeeds | undefined {
  const { entry, kind, namespace, serviceAccount } = controller;
  if (entry !== "mesh" || namespace === undefined || serviceAccount === undefined) return undefined;
  const isTraefik = kind === "traefik" && (provider === "ingress" || provider === "gateway-api");
  return {
    namespace,
    serviceAccount,
    podLabels: { "sidecar.istio.io/inject": "true" },
    // Clients speak to the controller's own TLS, which the sidecar must leave alone.
    podAnnotations: { "traffic.sidecar.istio.io/includeInboundPorts": "" },
    arguments: isTraefik ? traefikArguments[provider] : [],
  };
}
