import type { Manifest } from "../../../access/render/manifest";
import { identityFolder, identityKey, identitySecretOf, hostsKey, type HostedService } from "./overlay";
import { mark, undeclaredPort, type Workload } from "./workloads";

/** An object of Kubernetes, of kinds that have no `spec` too. */
export type KubernetesObject = Pick<Manifest, "apiVersion" | "kind" | "metadata"> & Readonly<Record<string, unknown>>;

/** How the pods of workloads with an identity get onto the overlay. Each finds its identity in its own Secret. */
export interface Tunnelers {
  /** Image whose entry point is `ziti`. */
  readonly image: string;
  readonly services: readonly HostedService[];
  /** Where a device, which has no cluster, finds the overlay's public names. */
  readonly outside: { readonly address: string; readonly names: readonly string[] };
}

const user = 65_532;
const identities = "overlay-identity";
// No controller ever sets it: a Service has no use for a pod that is not ready.
const neverReady = "platform-standin/answers";

// A sidecar asks for as much of a processor as it may need at work, and a small node has not that much fifty times.
const smallSidecar = { "sidecar.istio.io/proxyCPU": "5m", "sidecar.istio.io/proxyMemory": "40Mi" };

// The namespace of the gateway has a sidecar for no one who does not ask for it.
function metadataOf({ name, namespace, labels, kind }: Workload) {
  const asking: Readonly<Record<string, string>> = kind === "gateway" ? { "sidecar.istio.io/inject": "true" } : {};
  return { name, namespace, labels: { ...mark, ...labels, ...asking }, annotations: smallSidecar };
}

function toContainer({ name, beside, ports }: Workload, image: string) {
  const listens = [...ports, { port: undeclaredPort, protocol: "tcp" }];
  const text = listens.map(({ port, protocol }) => `${port}/${protocol}`).join(",");
  return {
    name: "standin",
    image,
    args: ["serve"],
    env: [
      { name: "WORKLOAD", value: beside ?? name },
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

const identityMount = { name: identities, mountPath: identityFolder, readOnly: true };

// It opens every service, those too that the identity may not dial: a port that opens would be a fault.
function toTunneler({ name: workload }: Workload, { image, services }: Tunnelers) {
  const isHost = services.some(({ hosts }) => hosts.some((host) => host === workload));
  const ownHosts = { name: identities, mountPath: "/etc/hosts", subPath: hostsKey, readOnly: true };
  const opened = services.map(({ name, localPort }) => `${name}:${localPort}`);
  const quiet = ["--svcPollRate=5", "--cli-agent=false", "--resolver=none"];
  return {
    name: "tunneler",
    image,
    args: ["tunnel", "proxy", `--identity=${identityFolder}/${identityKey}`, ...quiet, ...opened],
    env: [{ name: "GOMAXPROCS", value: "1" }],
    resources: { requests: { cpu: "5m", memory: "40Mi" }, limits: { memory: "256Mi" } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    volumeMounts: [identityMount, ...(isHost ? [ownHosts] : [])],
  };
}

function toContainers(workload: Workload, image: string, tunnelers: Tunnelers | undefined) {
  const own = toContainer(workload, image);
  if (tunnelers === undefined || workload.role === undefined) return { containers: [own] };
  const { address, names } = tunnelers.outside;
  const volume = { name: identities, secret: { secretName: identitySecretOf(workload.name) } };
  return {
    containers: [{ ...own, volumeMounts: [identityMount] }, toTunneler(workload, tunnelers)],
    volumes: [volume],
    ...(workload.kind === "device" && { hostAliases: [{ ip: address, hostnames: names }] }),
  };
}

// A name with dots is asked for as it is first: five look-ups less for each.
function toPodSpec(workload: Workload, image: string, tunnelers: Tunnelers | undefined) {
  return {
    ...(workload.beside !== undefined && { readinessGates: [{ conditionType: neverReady }] }),
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
    ...toContainers(workload, image, tunnelers),
  };
}

// Agents are pods without an owner, as their runner makes them. One that stands beside another is none of its replicas.
function toPods(workload: Workload, image: string, tunnelers: Tunnelers | undefined): KubernetesObject {
  const metadata = metadataOf(workload);
  const spec = toPodSpec(workload, image, tunnelers);
  if (workload.kind === "agent" || workload.beside !== undefined)
    return { apiVersion: "v1", kind: "Pod", metadata, spec };
  const { labels, annotations } = metadata;
  const template = { metadata: { labels, annotations }, spec };
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

/**
 * The objects of the stand-in platform, in the order in which they are made: accounts, Services, pods of `image`. With
 * `tunnelers`, pods with an identity get onto the overlay.
 */
export function renderWorkloads(
  workloads: readonly Workload[],
  image: string,
  tunnelers?: Tunnelers,
): readonly KubernetesObject[] {
  const own = workloads.filter(({ beside }) => beside === undefined);
  const accounts = own.map(({ serviceAccount: name, namespace }): KubernetesObject => {
    return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace, labels: mark } };
  });
  return [...accounts, ...own.flatMap(toService), ...workloads.map((workload) => toPods(workload, image, tunnelers))];
}
