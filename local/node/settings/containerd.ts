import * as path from "node:path";
import { runtimeSocket, type NodeFolders } from "../folders";
import { networkPlugins } from "../host/programs";
import { pauseImage } from "../images/names";

/** The folders that the runtime's settings name. */
export function runtimeFolders({ settings, names }: NodeFolders) {
  return {
    registries: path.join(settings, "registries"),
    networks: path.join(settings, "networks"),
    runc: path.join(names.runFolder, "runc"),
    state: path.join(names.runFolder, "containerd"),
  };
}

const unusedPlugins = ["aufs", "btrfs", "devmapper", "native", "zfs"].map(
  (name) => `io.containerd.snapshotter.v1.${name}`,
);

/** The settings of containerd: everything in folders of the node, every image from the registries in `hosts.toml`. */
export function renderRuntimeSettings(folders: NodeFolders): string {
  const { registries, networks, runc, state } = runtimeFolders(folders);
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  const text = JSON.stringify;
  return [
    "version = 2",
    `root = ${text(folders.containers)}`,
    `state = ${text(state)}`,
    `disabled_plugins = ${text([...unusedPlugins, "io.containerd.internal.v1.tracing"])}`,
    "[grpc]",
    `  address = ${text(runtimeSocket(folders.names))}`,
    '[plugins."io.containerd.internal.v1.opt"]',
    `  path = ${text(path.join(state, "opt"))}`,
    `[${cri}]`,
    `  sandbox_image = ${text(pauseImage)}`,
    // Neither AppArmor nor the right to lower a score of the kernel's memory killer is to be had in a container.
    "  disable_apparmor = true",
    "  restrict_oom_score_adj = true",
    `[${cri}.containerd]`,
    '  snapshotter = "overlayfs"',
    `[${cri}.containerd.runtimes.runc]`,
    '  runtime_type = "io.containerd.runc.v2"',
    `[${cri}.containerd.runtimes.runc.options]`,
    "  SystemdCgroup = false",
    `  Root = ${text(runc)}`,
    `[${cri}.registry]`,
    `  config_path = ${text(registries)}`,
    `[${cri}.cni]`,
    `  bin_dir = ${text(networkPlugins)}`,
    `  conf_dir = ${text(networks)}`,
    "",
  ].join("\n");
}
