import type { Manifest } from "../../../access/render/manifest";
import { serviceOf, type Model } from "../../../access/model/model";
import {
  findService,
  findStore,
  isServiceName,
  type ServiceName,
  type StoreName,
} from "../../../access/platform/services";

/** A pod of the mesh: on a loopback address of its own, as a sidecar and what is behind it. */
export interface Workload {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly address: string;
  /** Declared ports; `protocol` as Istio names it. */
  readonly ports: readonly { readonly number: number; readonly protocol: "GRPC" | "HTTP" | "TCP" }[];
}

/** Port on which a sidecar receives what its pod's network would redirect to it. */
export const inboundPort = 15006;

/** A port that no Service declares; something listens behind it all the same. */
export const undeclaredPort = 9999;

const storeProtocols = { postgres: "TCP", nats: "TCP", redis: "TCP", http: "HTTP" } as const;

function toPorts(name: ServiceName | StoreName): Workload["ports"] {
  if (!isServiceName(name)) {
    const { port, protocol } = findStore(name);
    return [{ number: port, protocol: storeProtocols[protocol] }];
  }
  return findService(name).ports.map(({ port, appProtocol }) => ({
    number: port,
    protocol: appProtocol === "grpc" ? "GRPC" : "HTTP",
  }));
}

/** An address of this run. Several runs on one machine do not meet: each has a network of its own in 127.0.0.0/8. */
export function loopbackAddress(index: number): string {
  return `127.${64 + (process.pid % 128)}.${(process.pid >> 7) % 256}.${index + 1}`;
}

/** One workload for each name, as the platform's charts would deploy it. */
export function createWorkloads(names: readonly (ServiceName | StoreName)[], model: Model): readonly Workload[] {
  return names.map((name, index) => ({
    name,
    namespace: model.options.namespaces.platform,
    serviceAccount: isServiceName(name) ? serviceOf(model, name).serviceAccount : name,
    labels: isServiceName(name) ? findService(name).selector : findStore(name).selector,
    address: loopbackAddress(index),
    ports: toPorts(name),
  }));
}

/** Host name of a workload's Service. */
export function serviceHost({ name, namespace }: Workload): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

/** What Kubernetes would tell istiod of the workload: its Service and its pod. */
export function toServiceEntry(workload: Workload): Manifest {
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "ServiceEntry",
    metadata: { name: workload.name, namespace: workload.namespace },
    spec: {
      hosts: [serviceHost(workload)],
      location: "MESH_INTERNAL",
      resolution: "STATIC",
      ports: workload.ports.map(({ number, protocol }) => ({
        number,
        protocol,
        name: `${protocol.toLowerCase()}-${number}`,
      })),
      endpoints: [{ address: workload.address, labels: workload.labels, serviceAccount: workload.serviceAccount }],
    },
  };
}

const listenerFilter = "type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol";

// Without a packet filter that redirects there is no original destination to ask the kernel for: the caller states it in
// a PROXY header. What a sidecar sends is not of interest, and its listener would be in every other one's way.
function toOriginalDestination(rootNamespace: string): Manifest {
  return {
    apiVersion: "networking.istio.io/v1alpha3",
    kind: "EnvoyFilter",
    metadata: { name: "original-destination", namespace: rootNamespace },
    spec: {
      configPatches: [
        {
          applyTo: "LISTENER_FILTER",
          match: {
            context: "SIDECAR_INBOUND",
            listener: { name: "virtualInbound", listenerFilter: "envoy.filters.listener.original_dst" },
          },
          patch: {
            operation: "REPLACE",
            value: { name: "envoy.filters.listener.proxy_protocol", typed_config: { "@type": listenerFilter } },
          },
        },
        {
          applyTo: "LISTENER",
          match: { context: "SIDECAR_OUTBOUND", listener: { name: "virtualOutbound" } },
          patch: { operation: "REMOVE" },
        },
      ],
    },
  };
}

// Every pod has the port for itself, here by its address.
function toInboundAddress({ name, namespace, labels, address }: Workload): Manifest {
  return {
    apiVersion: "networking.istio.io/v1alpha3",
    kind: "EnvoyFilter",
    metadata: { name: `address-${name}`, namespace },
    spec: {
      workloadSelector: { labels },
      configPatches: [
        {
          applyTo: "LISTENER",
          match: { context: "SIDECAR_INBOUND", listener: { name: "virtualInbound" } },
          patch: {
            operation: "MERGE",
            value: { address: { socket_address: { address, port_value: inboundPort } } },
          },
        },
      ],
    },
  };
}

/** What stands in for a pod's own network, so that many sidecars fit on one machine without privileges. */
export function renderPlacement(workloads: readonly Workload[], rootNamespace: string): readonly Manifest[] {
  return [toOriginalDestination(rootNamespace), ...workloads.map(toInboundAddress)];
}
