import { passthroughHosts, type Passthrough } from "../model/exposure";
import { becauseAnnotation, type Manifest } from "./manifest";
import type { Model } from "../model/model";
import { ingressGateway } from "../platform/services";

const apiVersion = "networking.istio.io/v1";
const gatewayName = "agyn-overlay";
const because =
  "Devices and remote runners reach the overlay, which ends its own TLS; its management API stays inside.";

// The Services listen on the public port: one advertised address is true inside and outside of the cluster.
function toVirtualService({ name, host, service }: Passthrough, { options }: Model): Manifest {
  const { ingress, overlay } = options.namespaces;
  const { port } = options.ingress;
  const destination = { host: `${service}.${overlay}.svc.cluster.local`, port: { number: port } };
  return {
    apiVersion,
    kind: "VirtualService",
    metadata: { name: `overlay-${name}`, namespace: ingress, annotations: { [becauseAnnotation]: because } },
    spec: {
      hosts: [host],
      gateways: [`${ingress}/${gatewayName}`],
      tls: [{ match: [{ port, sniHosts: [host] }], route: [{ destination }] }],
    },
  };
}

/**
 * The overlay's public names on the Istio ingress gateway, passed through by SNI beside the browser hosts: a Gateway and
 * one VirtualService per name. None where the controller is the operator's.
 */
export function renderIstioPassthrough(model: Model): readonly Manifest[] {
  const { controller, ingress, namespaces } = model.options;
  if (!controller.manage) return [];
  const names = passthroughHosts(model.options);
  const server = {
    port: { name: "tls-overlay", number: ingress.port, protocol: "TLS" },
    hosts: names.map(({ host }) => host),
    tls: { mode: "PASSTHROUGH" },
  };
  const gateway: Manifest = {
    apiVersion,
    kind: "Gateway",
    metadata: { name: gatewayName, namespace: namespaces.ingress, annotations: { [becauseAnnotation]: because } },
    spec: { selector: ingressGateway.selector, servers: [server] },
  };
  return [gateway, ...names.map((name) => toVirtualService(name, model))];
}
