import * as path from "node:path";
import { addresses } from "../addresses";
import type { NodeNames } from "../names";

/** How pods are connected: a bridge in the node's network namespace, an address of the node's range each. */
export function renderPodNetwork({ podNetwork, runFolder }: NodeNames): string {
  const bridge = {
    type: "bridge",
    bridge: "pods0",
    isGateway: true,
    // A pod reaches itself through its own Service.
    hairpinMode: true,
    ipMasq: false,
    ipam: {
      type: "host-local",
      dataDir: path.join(runFolder, "addresses"),
      ranges: [[{ subnet: addresses.pods }]],
      routes: [{ dst: "0.0.0.0/0" }],
    },
  };
  const hostPorts = { type: "portmap", capabilities: { portMappings: true } };
  return JSON.stringify({ cniVersion: "0.4.0", name: podNetwork, plugins: [bridge, hostPorts] }, undefined, 2);
}
