import type { Model } from "../model/model";
import { renderAuthorizationPolicies } from "./authorization-policies";
import { renderCertificates } from "./certificates";
import type { Manifest } from "./manifest";
import { renderMeshExceptions } from "./mesh-exceptions";
import { renderNetworkPolicies } from "./network-policies";
import { renderOverlayObjects, type OverlayObjects } from "./overlay-objects";
import { renderPeerAuthentication } from "./peer-authentication";
import { renderPublicObjects } from "./public-objects";

/** Everything that decides who reaches what in one installation, as objects. */
export interface Rendering {
  /** Objects of the Kubernetes API. */
  readonly manifests: readonly Manifest[];
  /** Objects of the OpenZiti controller. */
  readonly overlay: OverlayObjects;
}

/** Every object that the model becomes, as the program registers them. */
export function renderAll(model: Model): Rendering {
  const { foundation, routes, inOverlay } = renderPublicObjects(model);
  const manifests = [
    renderPeerAuthentication(model),
    ...renderMeshExceptions(model),
    ...renderAuthorizationPolicies(model),
    ...renderNetworkPolicies(model),
    ...foundation,
    ...routes,
    ...inOverlay,
    ...renderCertificates(model),
  ];
  return { manifests, overlay: renderOverlayObjects(model) };
}
