import type { Principal } from "./principal";
import type { ModelOptions } from "./options";
import { accountOf } from "./service-accounts";
import { ingressGateway } from "../platform/services";

/** Name of the Gateway; a controller that makes the gateway's pods itself names them after it. */
export const gatewayName = "agyn";

/** Who brings the public's requests to the platform. */
interface IngressEntry {
  /** Its identity in the mesh; undefined when it has none and comes in plaintext. */
  readonly caller?: Principal;
  /** Labels of its pods in the ingress namespace; undefined when its pods are the operator's business. */
  readonly selector?: Readonly<Record<string, string>>;
  /** The Service that the public hosts lead to; undefined where it is the operator's, or where nothing serves them. */
  readonly service?: { readonly name: string; readonly namespace: string };
}

/** The entry of one installation: the mesh's gateway, or the controller behind `gateway-api` and `ingress`. */
export function ingressEntry(options: ModelOptions): IngressEntry {
  const { ingress, namespaces } = options;
  const { provider, controller } = ingress;
  if (provider === "gateway-api" && controller.kind === "istio") {
    // istiod makes Deployment, Service and ServiceAccount of the Gateway under one name.
    const made = `${gatewayName}-${ingress.className}`;
    return {
      caller: { namespace: namespaces.ingress, serviceAccount: made },
      selector: { "gateway.networking.k8s.io/gateway-name": gatewayName },
      service: { name: made, namespace: namespaces.ingress },
    };
  }
  if (controller.entry === "plaintext") return {};
  const { namespace, serviceAccount } = controller;
  if (namespace !== undefined && serviceAccount !== undefined) return { caller: { namespace, serviceAccount } };
  const isInstalled = options.mesh.manage && provider === "istio";
  return {
    caller: { namespace: namespaces.ingress, serviceAccount: accountOf(options, ingressGateway.serviceAccount) },
    selector: ingressGateway.selector,
    ...(isInstalled && { service: { name: ingressGateway.serviceAccount, namespace: namespaces.ingress } }),
  };
}
