import type { Ports } from "../platform/ports";

/** Addresses inside the node's network namespace. Nothing outside of it sees them, so every node has the same. */
export const addresses = {
  node: "10.99.0.2",
  nodePrefix: 24,
  /** The end of the node's link that stands for everything outside. */
  outside: "10.99.0.1",
  pods: "10.244.0.0/24",
  services: "10.96.0.0/16",
  /** The Service `kubernetes`: the first address of the range. */
  apiService: "10.96.0.1",
  /** The Service `kube-dns`. */
  dns: "10.96.0.10",
  /** Load balancers get addresses of this range, from .1 on. */
  loadBalancers: "10.98.0.",
} as const;

/** The name under which the node is registered. */
export const nodeName = "agyn-node";

/** The domain of the cluster's Services. */
export const clusterDomain = "cluster.local";

/** Ports of the engines in the node's namespace: the usual ones. `controller` and `router` are pods here and take none. */
export const nodePorts: Ports = {
  etcdClient: 2379,
  etcdPeer: 2380,
  apiServer: 6443,
  controllerManager: 10257,
  scheduler: 10259,
  kwok: 0,
  controller: 0,
  router: 0,
};

/** Ports of what only a real node has; all answer on the loopback address, the kubelet's own on the node's. */
export const healthPorts = { registry: 5000, kubelet: 10248, kubeProxy: 10256, kubeRouter: 20244 } as const;
