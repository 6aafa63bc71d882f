import * as path from "node:path";
import { stringify } from "yaml";
import { loopback } from "../../platform/ports";
import { addresses, clusterDomain, healthPorts } from "../addresses";
import { runtimeSocket, type NodeFolders } from "../folders";

/** The file that tells the node's own programs, and through CoreDNS its pods, where names outside of the cluster are. */
export function resolverFile({ settings }: NodeFolders): string {
  return path.join(settings, "resolv.conf");
}

/** The settings of the kubelet. `authority` is the file of the authority whose clients it answers. */
export function renderKubeletSettings(folders: NodeFolders, authority: string): string {
  return stringify({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: { anonymous: { enabled: false }, webhook: { enabled: false }, x509: { clientCAFile: authority } },
    // The authority signed nothing but the engines of this node.
    authorization: { mode: "AlwaysAllow" },
    cgroupDriver: "cgroupfs",
    cgroupRoot: folders.names.cgroup,
    clusterDNS: [addresses.dns],
    clusterDomain,
    containerRuntimeEndpoint: `unix://${runtimeSocket(folders.names)}`,
    failSwapOn: false,
    failCgroupV1: false,
    healthzBindAddress: loopback,
    healthzPort: healthPorts.kubelet,
    podLogsDir: folders.podLogs,
    resolvConf: resolverFile(folders),
    volumePluginDir: path.join(folders.names.runFolder, "volume-plugins"),
    // The disk is the machine's: what it holds beside the node is no reason to end pods or to drop images.
    evictionHard: { "memory.available": "100Mi", "nodefs.available": "0%", "imagefs.available": "0%" },
    imageGCHighThresholdPercent: 100,
    serializeImagePulls: false,
    maxPods: 200,
    // A pod's start waits for its configuration at most this long, not a minute.
    syncFrequency: "10s",
    configMapAndSecretChangeDetectionStrategy: "Watch",
  });
}
