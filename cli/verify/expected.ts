import type { Manifest } from "../../access/render/manifest";
import type { Model } from "../../access/model/model";
import { renderAuthorizationPolicies } from "../../access/render/authorization-policies";
import { renderCertificates } from "../../access/render/certificates";
import { renderMeshExceptions } from "../../access/render/mesh-exceptions";
import { renderNetworkPolicies } from "../../access/render/network-policies";
import { renderPeerAuthentication } from "../../access/render/peer-authentication";
import { renderPublicObjects } from "../../access/render/public-objects";

/** The objects that the renderers make of these settings, as the program registers them. */
export function expectedManifests(model: Model): readonly Manifest[] {
  const { foundation, routes, inOverlay } = renderPublicObjects(model);
  return [
    renderPeerAuthentication(model),
    ...renderMeshExceptions(model),
    ...renderAuthorizationPolicies(model),
    ...renderNetworkPolicies(model),
    ...foundation,
    ...routes,
    ...inOverlay,
    ...renderCertificates(model),
  ];
}
