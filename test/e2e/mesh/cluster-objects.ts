import { passthroughHosts } from "../../../access/model/exposure";
import type { Model } from "../../../access/model/model";
import { ingressGateway } from "../../../access/platform/services";
import type { KeyPair } from "./certificates";
import type { ClusterObject } from "./cluster";
import type { Workload } from "./workloads";

type Labels = Readonly<Record<string, string>>;

interface Port {
  readonly name: string;
  readonly port: number;
  /** Default, as the API server sets it: the same as `port`. */
  readonly targetPort?: number;
  readonly appProtocol: string;
}

const appProtocols = { GRPC: "grpc", HTTP: "http", TCP: "tcp" } as const;

function toNamespace(name: string, injected: boolean): ClusterObject {
  const labels = { "istio-injection": injected ? "enabled" : "disabled" };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

function toService(name: string, namespace: string, selector: Labels, ports: readonly Port[]): ClusterObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { selector, ports: ports.map((port) => ({ protocol: "TCP", targetPort: port.port, ...port })) },
  };
}

function toPod(name: string, namespace: string, labels: Labels, containers: readonly string[]): ClusterObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `${name}-0`, namespace, labels, annotations: { "sidecar.istio.io/status": "{}" } },
    spec: { containers: containers.map((container) => ({ name: container, image: `example.test/${container}:1` })) },
    status: { phase: "Running" },
  };
}

function toPorts({ ports }: Workload): readonly Port[] {
  return ports.map(({ number, protocol }) => {
    const appProtocol = appProtocols[protocol];
    return { name: `${appProtocol}-${number}`, port: number, appProtocol };
  });
}

/** The Secret that cert-manager fills with the certificate of the public hosts. */
export function toSecret(name: string, namespace: string, { certificate, key }: KeyPair): ClusterObject {
  const data = { "tls.crt": toBase64(certificate), "tls.key": toBase64(key) };
  return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, type: "kubernetes.io/tls", data };
}

function toBase64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/**
 * What the platform's charts, Istio's and OpenZiti's put into the cluster around the rendered objects, as far as those
 * refer to it: namespaces, Services, pods.
 */
export function clusterObjects(model: Model, workloads: readonly Workload[]): readonly ClusterObject[] {
  const { namespaces, ingress } = model.options;
  const { serviceAccount: gateway, selector } = ingressGateway;
  const gatewayPorts = [
    { name: "http2", port: ingressGateway.httpPort, appProtocol: "http" },
    { name: "https", port: ingress.port, targetPort: 443, appProtocol: "https" },
  ];
  const overlay = passthroughHosts(model.options).flatMap(({ service }) => [
    toService(service, namespaces.overlay, { app: service }, [{ name: "tls", port: ingress.port, appProtocol: "tls" }]),
    toPod(service, namespaces.overlay, { app: service }, [service]),
  ]);
  return [
    ...["default", namespaces.workloads, namespaces.ingress, namespaces.mesh, namespaces.overlay].map((it) =>
      toNamespace(it, false),
    ),
    toNamespace(namespaces.platform, true),
    ...workloads.flatMap((workload) => [
      toService(workload.name, workload.namespace, workload.labels, toPorts(workload)),
      toPod(workload.name, workload.namespace, workload.labels, [workload.name, "istio-proxy"]),
    ]),
    toService(gateway, namespaces.ingress, selector, gatewayPorts),
    toPod(gateway, namespaces.ingress, selector, ["istio-proxy"]),
    ...overlay,
  ];
}
