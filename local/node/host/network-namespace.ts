import { existsSync } from "node:fs";
import { addresses } from "../addresses";
import type { NodeNames } from "../names";
import { listProcesses, networkNamespaceOf, tryReadNetworkNamespace } from "./proc";
import { runProgram } from "./programs";

const [inner, outer] = ["node0", "outside0"] as const;

/**
 * Makes the node's network namespace. Its link leads nowhere but into it: `outside0` carries the address that stands for
 * the rest of the world.
 */
export function createNetworkNamespace({ networkNamespace: name }: NodeNames): void {
  runProgram("ip", ["netns", "add", name]);
  const commands = [
    "link set lo up",
    `link add ${inner} type veth peer name ${outer}`,
    `addr add ${addresses.node}/${addresses.nodePrefix} dev ${inner}`,
    `addr add ${addresses.outside}/32 dev ${outer}`,
    `link set ${inner} up`,
    `link set ${outer} up`,
    // A packet is routed before kube-proxy rewrites its address: without a route it is refused before.
    `route add ${addresses.services} dev ${inner}`,
    // What looks for the internet fails at once. A black hole would hold it for minutes.
    "route add unreachable default",
  ];
  runProgram("ip", ["-n", name, "-batch", "-"], { input: `${commands.join("\n")}\n` });
  const settings = ["net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0"];
  runProgram("nsenter", [...enterArguments({ networkNamespace: name }), "sysctl", "-qw", ...settings]);
}

/** The arguments of `nsenter` before a command. Not `ip netns exec`, which hides the control groups. */
export function enterArguments({ networkNamespace }: Pick<NodeNames, "networkNamespace">): readonly string[] {
  return [`--net=/run/netns/${networkNamespace}`, "--"];
}

/** True when there is a namespace of the node's name. */
export function hasNetworkNamespace({ networkNamespaceFile }: NodeNames): boolean {
  return existsSync(networkNamespaceFile);
}

/** True when this very process runs in the node's namespace. */
export function isInside(names: NodeNames): boolean {
  if (!hasNetworkNamespace(names)) return false;
  return tryReadNetworkNamespace(process.pid) === networkNamespaceOf(names.networkNamespaceFile);
}

/** Removes a network namespace by name; that it is gone already is fine. */
export function removeNetworkNamespace(name: string): void {
  if (existsSync(`/run/netns/${name}`)) runProgram("ip", ["netns", "del", name]);
}

/** The processes in the node's namespace, this one left out. */
export function processesInside(names: NodeNames): readonly number[] {
  if (!hasNetworkNamespace(names)) return [];
  const wanted = networkNamespaceOf(names.networkNamespaceFile);
  return listProcesses().filter((pid) => pid !== process.pid && tryReadNetworkNamespace(pid) === wanted);
}
