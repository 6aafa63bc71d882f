import { readFileSync } from "node:fs";
import type { CertificateFiles } from "./certificates";
import type { PlatformFolders } from "./folders";
import { whyNotOk } from "./https";
import { isFree, loopback, type Ports } from "./ports";
import type { EngineProcess } from "./processes";

/** What the command lines of the Kubernetes engines depend on. */
export interface KubernetesContext {
  readonly folders: PlatformFolders;
  readonly ports: Ports;
  readonly certificates: CertificateFiles;
  readonly adminToken: string;
  /** True with the real Kubernetes plugin, which waits for pods: controllers and simulated nodes run too. */
  readonly withNodes: boolean;
}

/** The address clients use for the API server. */
export function apiServerUrl(ports: Ports): string {
  return `https://${loopback}:${ports.apiServer}`;
}

/** etcd with TLS and client certificates. Nothing here outlives the platform, so writes skip the disk flush. */
export function etcdProcess(command: string, context: KubernetesContext): EngineProcess {
  const { folders, ports, certificates } = context;
  const client = `https://${loopback}:${ports.etcdClient}`;
  const peer = `https://${loopback}:${ports.etcdPeer}`;
  const tls = (prefix: string): string[] => [
    `--${prefix}cert-file=${certificates.etcd.certificate}`,
    `--${prefix}key-file=${certificates.etcd.key}`,
    `--${prefix}trusted-ca-file=${certificates.authority}`,
    `--${prefix}client-cert-auth=true`,
  ];
  return {
    name: "etcd",
    command,
    args: [
      "--name=local",
      `--data-dir=${folders.etcdData}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=local=${peer}`,
      "--unsafe-no-fsync",
      "--log-level=warn",
      ...tls(""),
      ...tls("peer-"),
    ],
    whyNotReady: () => whyEtcdIsNotReady(context),
    deadline: 30,
  };
}

/** The API server: TLS, token authentication, RBAC, service account keys; no anonymous access. */
export function apiServerProcess(command: string, context: KubernetesContext): EngineProcess {
  const { folders, ports, certificates, withNodes } = context;
  return {
    name: "kube-apiserver",
    command,
    args: [
      `--etcd-servers=https://${loopback}:${ports.etcdClient}`,
      `--etcd-cafile=${certificates.authority}`,
      `--etcd-certfile=${certificates.etcd.certificate}`,
      `--etcd-keyfile=${certificates.etcd.key}`,
      `--bind-address=${loopback}`,
      `--secure-port=${ports.apiServer}`,
      `--tls-cert-file=${certificates.apiServer.certificate}`,
      `--tls-private-key-file=${certificates.apiServer.key}`,
      `--cert-dir=${folders.certificates}`,
      `--token-auth-file=${folders.tokens}`,
      "--authorization-mode=RBAC",
      "--anonymous-auth=false",
      // As clusters have it: whether a pod may be privileged is for admission policies to say.
      "--allow-privileged=true",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${certificates.serviceAccount.certificate}`,
      `--service-account-signing-key-file=${certificates.serviceAccount.key}`,
      "--service-cluster-ip-range=10.96.0.0/16",
      // A loopback address is no valid endpoint of the `kubernetes` Service.
      "--endpoint-reconciler-type=none",
      // Without the controller manager nobody makes the default ServiceAccounts this plugin asks for.
      ...(withNodes ? [] : ["--disable-admission-plugins=ServiceAccount"]),
      "--profiling=false",
    ],
    whyNotReady: () => whyApiServerIsNotReady(context),
    deadline: 60,
  };
}

/** The engines that only a run with the real Kubernetes plugin needs. */
type NodeEngine = "kube-controller-manager" | "kube-scheduler" | "kwok";

/** Controllers, scheduler and simulated nodes: what makes pods ready and ends namespaces. */
export function nodeProcesses(command: (name: NodeEngine) => string, context: KubernetesContext): EngineProcess[] {
  return [
    controllerManagerProcess(command("kube-controller-manager"), context),
    schedulerProcess(command("kube-scheduler"), context),
    kwokProcess(command("kwok"), context),
  ];
}

/** The controllers of Kubernetes; addresses of nodes are none of their business here. */
export function controllerManagerProcess(command: string, context: KubernetesContext): EngineProcess {
  const { certificates, ports } = context;
  return secureProcess("kube-controller-manager", command, ports.controllerManager, context, [
    `--service-account-private-key-file=${certificates.serviceAccount.key}`,
    `--root-ca-file=${certificates.authority}`,
    "--controllers=*,-nodeipam",
  ]);
}

/** What chooses a node for each pod. */
export function schedulerProcess(command: string, context: KubernetesContext): EngineProcess {
  return secureProcess("kube-scheduler", command, context.ports.scheduler, context, []);
}

function secureProcess(
  name: NodeEngine,
  command: string,
  port: number,
  context: KubernetesContext,
  args: readonly string[],
): EngineProcess {
  const { folders, certificates } = context;
  return {
    name,
    command,
    args: [
      `--kubeconfig=${folders.kubeconfig}`,
      `--bind-address=${loopback}`,
      `--secure-port=${port}`,
      "--leader-elect=false",
      `--tls-cert-file=${certificates.apiServer.certificate}`,
      `--tls-private-key-file=${certificates.apiServer.key}`,
      ...args,
    ],
    whyNotReady: () => whyNotOk({ url: `https://${loopback}:${port}/healthz`, authority: readAuthority(context) }),
    deadline: 60,
  };
}

function kwokProcess(command: string, { folders, ports, certificates }: KubernetesContext): EngineProcess {
  return {
    name: "kwok",
    command,
    args: [
      `--kubeconfig=${folders.kubeconfig}`,
      "--manage-all-nodes=true",
      // Without a lease the controller manager takes the node for lost after a minute.
      "--node-lease-duration-seconds=40",
      `--server-address=${loopback}:${ports.kwok}`,
      // The node is where kwok answers as its kubelet: over TLS, as the API server asks.
      `--node-ip=${loopback}`,
      `--node-port=${ports.kwok}`,
      `--tls-cert-file=${certificates.apiServer.certificate}`,
      `--tls-private-key-file=${certificates.apiServer.key}`,
      `--config=${folders.nodeSettings}`,
    ],
    files: { [folders.nodeSettings]: JSON.stringify(forwardToController(ports)) },
    whyNotReady: async () => ((await isFree(ports.kwok)) ? `nothing listens on port ${ports.kwok}` : undefined),
    deadline: 60,
  };
}

// A simulated pod runs nothing, so what is forwarded to any pod leads to the one thing that pods stand for here.
const forwardToController = (ports: Ports) => ({
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "ClusterPortForward",
  metadata: { name: "controller" },
  spec: { forwards: [{ target: { address: loopback, port: ports.controller } }] },
});

function whyEtcdIsNotReady(context: KubernetesContext): Promise<string | undefined> {
  const { certificate, key } = context.certificates.etcd;
  return whyNotOk({
    url: `https://${loopback}:${context.ports.etcdClient}/health`,
    authority: readAuthority(context),
    client: { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") },
  });
}

/** Why the API server is not ready; undefined when it is. */
export function whyApiServerIsNotReady(context: KubernetesContext): Promise<string | undefined> {
  return whyNotOk({
    url: `${apiServerUrl(context.ports)}/readyz`,
    authority: readAuthority(context),
    headers: { authorization: `Bearer ${context.adminToken}` },
  });
}

function readAuthority(context: KubernetesContext): string {
  return readFileSync(context.certificates.authority, "utf8");
}
