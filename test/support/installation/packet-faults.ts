import { at, platform, withSpec, type Fault } from "./fault";
import type { ClusterObject } from "./objects";

const networkPolicy = (namespace: string, name: string) => at("networking.k8s.io/v1", "NetworkPolicy", namespace, name);

const openEverything = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "agent-workload-egress", namespace: "agyn-workloads" },
  spec: { podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] },
};

/** What goes wrong with the network policies. */
export const packetFaults: readonly Fault[] = [
  {
    title: "a deleted network policy",
    inject: (world) => world.remove(networkPolicy(platform, "runners-calls-in")),
    check: "packets",
    subject: /NetworkPolicy agyn-platform\/runners-calls-in$/,
    cause: /is missing: the flows of runners-calls-in/,
  },
  {
    title: "no default-deny for agents",
    inject: (world) => world.remove(networkPolicy("agyn-workloads", "default-deny")),
    check: "packets",
    subject: /agyn-workloads\/default-deny$/,
    cause: /what no policy names is open/,
  },
  {
    title: "a network policy opened by hand",
    inject: (world) =>
      world.change(networkPolicy("agyn-workloads", "every-pod-overlay-out"), withSpec({ egress: [{}] })),
    check: "packets",
    subject: /agyn-workloads\/every-pod-overlay-out$/,
    cause: /changed by hand at spec\.egress/,
  },
  {
    title: "somebody else's network policy that widens",
    inject: (world) => world.add(openEverything),
    check: "packets",
    subject: /agyn-workloads\/agent-workload-egress$/,
    cause: /opens ways out of its pods/,
  },
  {
    title: "a network plugin that ignores policies",
    inject: async (world) => {
      const path = "/apis/apps/v1/namespaces/kube-system/daemonsets/calico-node";
      const { apiVersion, kind, spec } = (await world.cluster.tryGet(path)) as ClusterObject;
      await world.remove(path);
      await world.add({ apiVersion, kind, metadata: { name: "kube-flannel-ds", namespace: "kube-system" }, spec });
    },
    check: "packets",
    subject: /enforcement/,
    cause: /kube-flannel-ds ignores policies/,
  },
];
