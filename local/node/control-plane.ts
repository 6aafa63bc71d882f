import type { EngineName } from "../engines/catalog";
import {
  controllerManagerProcess,
  etcdProcess,
  schedulerProcess,
  whyApiServerIsNotReady,
  type KubernetesContext,
} from "../platform/kubernetes-engines";
import { loopback } from "../platform/ports";
import type { EngineProcess } from "../platform/processes";
import { addresses, clusterDomain } from "./addresses";

/** The file of an engine by its name. */
export type FindCommand = (name: EngineName) => string;

/** What stores and serves the cluster's objects, in the order of starting. */
export function storeProcesses(command: FindCommand, context: KubernetesContext): readonly EngineProcess[] {
  return [etcdProcess(command("etcd"), context), apiServerProcess(command("kube-apiserver"), context)];
}

/** What acts on the cluster's objects. */
export function controllerProcesses(command: FindCommand, context: KubernetesContext): readonly EngineProcess[] {
  return [
    controllerManagerProcess(command("kube-controller-manager"), context),
    schedulerProcess(command("kube-scheduler"), context),
  ];
}

/** The API server of a real node: pods reach it, the kubelet has the rights of its own node only. */
function apiServerProcess(command: string, context: KubernetesContext): EngineProcess {
  const { folders, ports, certificates } = context;
  return {
    name: "kube-apiserver",
    command,
    args: [
      `--etcd-servers=https://${loopback}:${ports.etcdClient}`,
      `--etcd-cafile=${certificates.authority}`,
      `--etcd-certfile=${certificates.etcd.certificate}`,
      `--etcd-keyfile=${certificates.etcd.key}`,
      `--advertise-address=${addresses.node}`,
      `--secure-port=${ports.apiServer}`,
      `--tls-cert-file=${certificates.apiServer.certificate}`,
      `--tls-private-key-file=${certificates.apiServer.key}`,
      `--cert-dir=${folders.certificates}`,
      `--client-ca-file=${certificates.authority}`,
      `--token-auth-file=${folders.tokens}`,
      "--authorization-mode=Node,RBAC",
      "--enable-admission-plugins=NodeRestriction",
      "--allow-privileged=true",
      `--service-account-issuer=https://kubernetes.default.svc.${clusterDomain}`,
      `--service-account-key-file=${certificates.serviceAccount.certificate}`,
      `--service-account-signing-key-file=${certificates.serviceAccount.key}`,
      `--service-cluster-ip-range=${addresses.services}`,
      "--kubelet-preferred-address-types=InternalIP",
      `--kubelet-client-certificate=${certificates.apiServer.certificate}`,
      `--kubelet-client-key=${certificates.apiServer.key}`,
      "--profiling=false",
    ],
    whyNotReady: () => whyApiServerIsNotReady(context),
    deadline: 120,
  };
}
