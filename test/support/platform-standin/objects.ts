import type { Manifest } from "../../../access/render/manifest";
import { mark, undeclaredPort, type Workload } from "./workloads";

/** An object of Kubernetes, of kinds that have no `spec` too. */
export type KubernetesObject = Pick<Manifest, "apiVersion" | "kind" | "metadata"> & Readonly<Record<string, unknown>>;

const user = 65_532;

function metadataOf({ name, namespace, labels }: Workload) {
  return { name, namespace, labels: { ...mark, ...labels } };
}

function toContainer({ name, ports }: Workload, image: string) {
  const listens = [...ports, { port: undeclaredPort, protocol: "tcp" }];
  const text = listens.map(({ port, protocol }) => `${port}/${protocol}`).join(",");
  return {
    name: "standin",
    image,
    args: ["serve"],
    env: [
      { name: "WORKLOAD", value: name },
      { name: "PORTS", value: text },
      { name: "GOMAXPROCS", value: "1" },
    ],
    ports: listens.map(({ port }) => ({ containerPort: port })),
    readinessProbe: { tcpSocket: { port: undeclaredPort }, periodSeconds: 10 },
    resources: { requests: { cpu: "5m", memory: "12Mi" }, limits: { memory: "64Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  };
}

// A name with dots is asked for as it is first: five look-ups less for each.
function toPodSpec(workload: Workload, image: string) {
  return {
    serviceAccountName: workload.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 1,
    dnsConfig: { options: [{ name: "ndots", value: "1" }] },
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [toContainer(workload, image)],
  };
}

// Agents are pods without an owner, as their runner makes them.
function toPods(workload: Workload, image: string): KubernetesObject {
  const metadata = metadataOf(workload);
  const spec = toPodSpec(workload, image);
  if (workload.kind === "agent") return { apiVersion: "v1", kind: "Pod", metadata, spec };
  const template = { metadata: { labels: metadata.labels }, spec };
  const selector = { matchLabels: workload.labels };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas: 1, selector, template } };
}

function toService(workload: Workload): KubernetesObject[] {
  if (workload.ports.length === 0) return [];
  const ports = workload.ports.map(({ port, protocol }) => ({
    name: `${protocol}-${port}`,
    port,
    targetPort: port,
    appProtocol: protocol,
  }));
  const spec = { type: "ClusterIP", selector: workload.labels, ports };
  return [{ apiVersion: "v1", kind: "Service", metadata: metadataOf(workload), spec }];
}

/** The namespaces that the workloads live in. */
export function renderNamespaces(workloads: readonly Workload[]): readonly KubernetesObject[] {
  const names = new Set(workloads.map(({ namespace }) => namespace));
  return [...names].map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels: mark } }));
}

/** The objects of the stand-in platform, in the order in which they are made: accounts, Services, pods of `image`. */
export function renderWorkloads(workloads: readonly Workload[], image: string): readonly KubernetesObject[] {
  const accounts = workloads.map(({ serviceAccount: name, namespace }): KubernetesObject => {
    return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace, labels: mark } };
  });
  return [...accounts, ...workloads.flatMap(toService), ...workloads.map((workload) => toPods(workload, image))];
}
