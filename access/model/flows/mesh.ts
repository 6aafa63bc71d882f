import type { ModelOptions } from "../options";
import { ingressEntry } from "../entry";
import { certManagerPods, clusterDns, entryPods, istiodPods } from "./ends";
import { everyPod, tcp, type Flow, type FlowPort, type PodsEnd } from "./flow";

/** Pod ports of Istio's control plane and proxies. */
const istio = { certificates: 15012, webhooks: 15017, metrics: 15014, ready: 8080, proxyMetrics: 15020, health: 15021 };

const dnsPorts: readonly FlowPort[] = [
  { protocol: "UDP", port: 53 },
  { protocol: "TCP", port: 53 },
];

function meshedEnds(options: ModelOptions): readonly PodsEnd[] {
  const { namespaces, mesh } = options;
  const callers = mesh.extraCallers.map(({ namespace }) => namespace);
  const others = new Set([...callers, ...mesh.exceptions.flatMap(({ namespace }) => namespace ?? [])]);
  const entry = ingressEntry(options).caller === undefined ? [] : entryPods(options);
  const known = entry.map(({ namespace }) => namespace);
  [namespaces.platform, namespaces.mesh, ...known].forEach((own) => others.delete(own));
  return [everyPod(namespaces.platform), ...entry, ...[...others].map(everyPod)];
}

/** The mesh's control plane, for every proxy and for the API server. */
export function meshFlows(options: ModelOptions): readonly Flow[] {
  const istiod = istiodPods(options);
  return [
    ...meshedEnds(options).map((from): Flow => ({
      purpose: "mesh",
      from,
      to: istiod,
      ports: tcp(istio.certificates),
      because: "A proxy gets its certificate and its configuration from istiod.",
    })),
    {
      purpose: "webhooks",
      from: { kind: "apiServer" },
      to: istiod,
      ports: tcp(istio.webhooks),
      because: "The API server asks istiod to inject sidecars and to validate Istio's objects.",
    },
  ];
}

// Probes and metrics of a controller of the operator's are its own.
function meshGateway(options: ModelOptions): readonly PodsEnd[] {
  return ingressEntry(options).selector === undefined ? [] : entryPods(options);
}

/** Name resolution over both protocols: the cluster's DNS pods, and DNS caches on nodes, which no selector matches. */
export function dnsFlows(options: ModelOptions): readonly Flow[] {
  const { namespaces, networkPolicies } = options;
  const clients = [
    namespaces.platform,
    namespaces.workloads,
    namespaces.ingress,
    namespaces.mesh,
    namespaces.overlay,
    namespaces.certManager,
  ].map(everyPod);
  const blocks = networkPolicies.nodeLocalDns.map((cidr) => ({ cidr, except: [] }));
  const targets = [clusterDns, { kind: "addresses", name: "node-local-dns", blocks } as const];
  return clients.flatMap((from) =>
    targets.map((to): Flow => ({
      purpose: "dns",
      from,
      to,
      ports: dnsPorts,
      because: "Names are resolved by the cluster's DNS, over UDP and, for long answers, over TCP.",
    })),
  );
}

/** Probes. Kubernetes never filters what the kubelet sends to pods of its own node: listed, not rendered. */
export function probeFlows(options: ModelOptions): readonly Flow[] {
  const because = "The kubelet asks whether the pod is ready; Istio answers probes on its own ports.";
  const ends: readonly (readonly [PodsEnd, ...number[]])[] = [
    [everyPod(options.namespaces.platform), istio.proxyMetrics, istio.health],
    ...meshGateway(options).map((pods) => [pods, istio.health] as const),
    [istiodPods(options), istio.ready],
    [certManagerPods(options, "cert-manager"), 9403],
    [certManagerPods(options, "webhook"), 6080],
    [certManagerPods(options, "trust-manager"), 6060],
  ];
  return ends.map(([to, ...ports]) => ({
    purpose: "probes",
    from: { kind: "nodes" },
    to,
    ports: tcp(...ports),
    because,
  }));
}

/** Metrics, for the namespace of the operator's monitoring where there is one. */
export function metricFlows(options: ModelOptions): readonly Flow[] {
  const { monitoring } = options.networkPolicies;
  if (monitoring === undefined) return [];
  const because = "Prometheus reads metrics of the proxies and of the control planes.";
  const ends: readonly (readonly [PodsEnd, number])[] = [
    [everyPod(options.namespaces.platform), istio.proxyMetrics],
    ...meshGateway(options).map((pods) => [pods, istio.proxyMetrics] as const),
    [istiodPods(options), istio.metrics],
    [everyPod(options.namespaces.certManager), 9402],
  ];
  const from = everyPod(monitoring);
  return ends.map(([to, port]) => ({ purpose: "metrics", from, to, ports: tcp(port), because }));
}
