import { request } from "node:http";
import { connect } from "node:net";
import * as path from "node:path";
import { loopback } from "../platform/ports";
import type { EngineProcess } from "../platform/processes";
import { addresses, healthPorts, nodeName } from "./addresses";
import type { FindCommand } from "./control-plane";
import { runtimeSocket, type NodeFolders } from "./folders";
import { findProgram } from "./host/programs";
import { ContainerRuntime } from "./runtime";
import { renderRuntimeSettings, runtimeFolders } from "./settings/containerd";
import { renderKubeletSettings, resolverFile } from "./settings/kubelet";
import { outsideHosts, renderOutsideDns } from "./settings/outside-dns";
import { renderPodNetwork } from "./settings/pod-network";
import { registryAddress, renderMirror, renderRegistrySettings } from "./settings/registry";
import { kubeletKubeconfig } from "./users";

const startSeconds = 60;

/** Where images come from. */
export function registryProcess(folders: NodeFolders): EngineProcess {
  const settings = path.join(folders.settings, "registry.yaml");
  return {
    name: "docker-registry",
    command: findProgram("docker-registry", process.env),
    args: ["serve", settings],
    files: { [settings]: renderRegistrySettings(folders.registry) },
    whyNotReady: () => whyNotFound(`http://${registryAddress}/v2/`),
    deadline: startSeconds,
  };
}

/** The name server of the world outside. */
export function outsideDnsProcess(command: FindCommand, folders: NodeFolders): EngineProcess {
  const settings = path.join(folders.settings, "outside.corefile");
  return {
    name: "outside-dns",
    command: command("coredns"),
    args: ["-conf", settings, "-quiet"],
    files: { [settings]: renderOutsideDns(outsideHosts(folders)) },
    whyNotReady: () => whyNotListening(addresses.outside, 53),
    deadline: startSeconds,
  };
}

/** The container runtime. */
export function runtimeProcess(folders: NodeFolders): EngineProcess {
  const settings = path.join(folders.settings, "containerd.toml");
  const { registries, networks } = runtimeFolders(folders);
  return {
    name: "containerd",
    command: findProgram("containerd", process.env),
    args: ["--config", settings],
    files: {
      [settings]: renderRuntimeSettings(folders),
      [path.join(registries, "_default", "hosts.toml")]: renderMirror(),
      [path.join(networks, "10-pods.conflist")]: renderPodNetwork(folders.names),
    },
    whyNotReady: () => whyRuntimeIsNotReady(folders),
    deadline: startSeconds,
  };
}

/** What runs the pods that the scheduler gives to this node. `authority`: the file of the node's authority. */
export function kubeletProcess(command: FindCommand, folders: NodeFolders, authority: string): EngineProcess {
  const settings = path.join(folders.settings, "kubelet.yaml");
  return {
    name: "kubelet",
    command: command("kubelet"),
    args: [
      `--config=${settings}`,
      `--kubeconfig=${kubeletKubeconfig(folders)}`,
      `--root-dir=${folders.kubelet}`,
      `--cert-dir=${folders.certificates}`,
      `--hostname-override=${nodeName}`,
      `--node-ip=${addresses.node}`,
    ],
    files: {
      [settings]: renderKubeletSettings(folders, authority),
      [resolverFile(folders)]: `nameserver ${addresses.outside}\n`,
    },
    whyNotReady: () => whyNotFound(`http://${loopback}:${healthPorts.kubelet}/healthz`),
    deadline: startSeconds,
  };
}

/** What makes the addresses of Services lead to pods. */
export function proxyProcess(command: FindCommand, { kubeconfig }: NodeFolders): EngineProcess {
  return {
    name: "kube-proxy",
    command: command("kube-proxy"),
    args: [
      `--kubeconfig=${kubeconfig}`,
      `--hostname-override=${nodeName}`,
      "--proxy-mode=iptables",
      `--cluster-cidr=${addresses.pods}`,
      `--healthz-bind-address=${loopback}:${healthPorts.kubeProxy}`,
      // These belong to the machine, not to the namespace.
      ...["max-per-core", "tcp-timeout-established", "tcp-timeout-close-wait"].map((name) => `--conntrack-${name}=0`),
    ],
    whyNotReady: () => whyNotFound(`http://${loopback}:${healthPorts.kubeProxy}/healthz`),
    deadline: startSeconds,
  };
}

/** What enforces network policies; it does nothing else here. */
export function firewallProcess(command: FindCommand, { kubeconfig }: NodeFolders): EngineProcess {
  return {
    name: "kube-router",
    command: command("kube-router"),
    args: [
      ...["--run-firewall=true", "--run-router=false", "--run-service-proxy=false", "--run-loadbalancer=false"],
      `--kubeconfig=${kubeconfig}`,
      `--hostname-override=${nodeName}`,
      `--service-cluster-ip-range=${addresses.services}`,
      `--health-port=${healthPorts.kubeRouter}`,
      "--iptables-sync-period=1m",
    ],
    environment: { NODE_NAME: nodeName },
    whyNotReady: () => whyNotFound(`http://${loopback}:${healthPorts.kubeRouter}/healthz`),
    deadline: startSeconds,
  };
}

async function whyRuntimeIsNotReady({ names }: NodeFolders): Promise<string | undefined> {
  const runtime = new ContainerRuntime(runtimeSocket(names));
  try {
    await runtime.checkVersion();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    runtime.close();
  }
}

function whyNotListening(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once("error", (error) => resolve(error.message));
  });
}

// These answer without TLS, and only inside of the namespace.
function whyNotFound(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const call = request(url, { timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? undefined : `${url} answers with status ${response.statusCode}`);
    });
    call.once("timeout", () => call.destroy(new Error("no answer in time")));
    call.once("error", (error) => resolve(`${url}: ${error.message}`));
    call.end();
  });
}
