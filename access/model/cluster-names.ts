import { ingressEntry } from "./entry";
import { buildExposures, passthroughHosts } from "./exposure";
import type { ModelOptions } from "./options";

/** A public name that pods have to reach without leaving the cluster, and the Service behind it. */
export interface ClusterName {
  readonly name: string;
  /** `<service>.<namespace>.svc.cluster.local` */
  readonly service: string;
}

/**
 * The public names that pods use too: overlay clients are told the controller's and the router's advertised addresses,
 * and platform pods the public hosts. Only where the Service behind a name is known; it listens on the same port.
 */
export function clusterNames(options: ModelOptions): readonly ClusterName[] {
  const { namespaces, controller } = options;
  const { service: entry } = ingressEntry(options);
  const overlay = controller.manage ? passthroughHosts(options) : [];
  return [
    ...overlay.map(({ host, service }) => ({ name: host, service: inCluster(service, namespaces.overlay) })),
    ...(entry === undefined ? [] : hostsAt(options, inCluster(entry.name, entry.namespace))),
  ];
}

function hostsAt(options: ModelOptions, service: string): ClusterName[] {
  return buildExposures(options).map(({ host }) => ({ name: host, service }));
}

function inCluster(service: string, namespace: string): string {
  return `${service}.${namespace}.svc.cluster.local`;
}
