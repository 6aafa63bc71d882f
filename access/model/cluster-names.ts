import { buildExposures, passthroughHosts } from "./exposure";
import type { ModelOptions } from "./options";
import { ingressGateway } from "../platform/services";

/** A public name that pods have to reach without leaving the cluster, and the Service behind it. */
export interface ClusterName {
  readonly name: string;
  /** `<service>.<namespace>.svc.cluster.local` */
  readonly service: string;
}

/**
 * The public names that pods use too: overlay clients are told the controller's and the router's advertised addresses,
 * and platform pods the public hosts. Only of what the program installs; the Services listen on the same ports.
 */
export function clusterNames(options: ModelOptions): readonly ClusterName[] {
  const { namespaces, controller, mesh } = options;
  const overlay = controller.manage ? passthroughHosts(options) : [];
  const hosts = mesh.manage ? buildExposures(options) : [];
  return [
    ...overlay.map(({ host, service }) => ({ name: host, service: inCluster(service, namespaces.overlay) })),
    ...hosts.map(({ host }) => ({ name: host, service: inCluster(ingressGateway.serviceAccount, namespaces.ingress) })),
  ];
}

function inCluster(service: string, namespace: string): string {
  return `${service}.${namespace}.svc.cluster.local`;
}
