import type { Manifest } from "../../access/manifest";
import type { Model } from "../../access/model";
import { renderAuthorizationPolicies } from "../../access/render/authorization-policies";
import { renderMeshExceptions } from "../../access/render/mesh-exceptions";
import { renderNetworkPolicies } from "../../access/render/network-policies";
import { renderPassthrough } from "../../access/render/passthrough";
import { renderPeerAuthentication } from "../../access/render/peer-authentication";
import { renderCertificates, renderGateway, renderVirtualServices } from "../../access/render/routes";
import type { Settings } from "../../config/settings";

/** The objects that the renderers make of these settings, as the program registers them. */
export function expectedManifests(model: Model, { ingress }: Settings): readonly Manifest[] {
  const routes = [renderGateway(model), ...renderVirtualServices(model), ...renderPassthrough(model)];
  return [
    renderPeerAuthentication(model),
    ...renderMeshExceptions(model),
    ...renderAuthorizationPolicies(model),
    ...renderNetworkPolicies(model),
    ...(ingress.provider === "istio" ? routes : []),
    ...renderCertificates(model),
  ];
}
