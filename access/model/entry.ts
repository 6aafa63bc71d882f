import type { Principal } from "./calls";
import type { Exposure } from "./exposure";
import type { ModelException, ModelOptions } from "./options";
import { accountOf } from "./service-accounts";
import { ingressGateway } from "../platform/services";

/** Name of the Gateway; a controller that makes the gateway's pods itself names them after it. */
export const gatewayName = "agyn";

/** Who brings the public's requests to the platform. */
export interface IngressEntry {
  /** Its identity in the mesh; undefined when it has none and comes in plaintext. */
  readonly caller?: Principal;
  /** Labels of its pods in the ingress namespace; undefined when its pods are the operator's business. */
  readonly selector?: Readonly<Record<string, string>>;
}

/** The entry of one installation: the mesh's gateway, or the controller behind `gateway-api` and `ingress`. */
export function ingressEntry(options: ModelOptions): IngressEntry {
  const { ingress, namespaces } = options;
  const { provider, controller } = ingress;
  if (provider === "gateway-api" && controller.kind === "istio") {
    return {
      caller: { namespace: namespaces.ingress, serviceAccount: `${gatewayName}-${ingress.className}` },
      selector: { "gateway.networking.k8s.io/gateway-name": gatewayName },
    };
  }
  if (controller.entry === "plaintext") return {};
  const { namespace, serviceAccount } = controller;
  if (namespace !== undefined && serviceAccount !== undefined) return { caller: { namespace, serviceAccount } };
  return {
    caller: { namespace: namespaces.ingress, serviceAccount: accountOf(options, ingressGateway.serviceAccount) },
    selector: ingressGateway.selector,
  };
}

/**
 * The exceptions that a controller outside of the mesh needs: plaintext on the ports behind the public hosts, and on no
 * other. None where the entry has an identity.
 */
export function entryExceptions(options: ModelOptions, exposures: readonly Exposure[]): readonly ModelException[] {
  if (ingressEntry(options).caller !== undefined) return [];
  const backends = new Map(
    exposures.flatMap(({ routes }) => routes).map(({ backend, port }) => [`${backend}:${port}`, { backend, port }]),
  );
  return [...backends.values()].map(({ backend, port }) => ({
    workload: backend,
    port,
    mode: "PERMISSIVE",
    toAnyone: true,
    because: `The ${options.ingress.className ?? "ingress"} controller is outside of the mesh and serves public hosts from here.`,
  }));
}
