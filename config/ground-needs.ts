import { bringsDatabase } from "../access/model/store-use";
import { unnamedRevision, type Settings } from "./settings";

/**
 * What the installation needs that Kubernetes itself does not bring: volumes, and an address for the gateway's Service;
 * and which control planes of Istio it keeps.
 */
export function groundNeeds(settings: Settings) {
  const { controller, ingress, storage, mesh, namespaces } = settings;
  const kept = [mesh.revision ?? unnamedRevision, ...mesh.retained.map(({ revision }) => revision)];
  return {
    volumes: controller.manage || bringsDatabase(settings) ? { className: storage.className } : undefined,
    balancer: ingress.service?.type === "LoadBalancer",
    controlPlanes: mesh.manage ? { namespace: namespaces.mesh, kept } : undefined,
  };
}
