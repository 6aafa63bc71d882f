import { connect } from "node:net";
import { stringify } from "yaml";
import { loopback } from "../platform/ports";
import { KindError } from "./kind-error";

/** Ports of this machine that lead to the gateway. */
export interface HostPorts {
  readonly http: number;
  readonly https: number;
}

/** Ports of the cluster's node on which the gateway's Service listens: kind has no load balancer by itself. */
export const gatewayNodePorts: HostPorts = { http: 30_080, https: 30_443 };

/** Tried in this order. */
const candidates: readonly HostPorts[] = [
  { http: 80, https: 443 },
  { http: 8080, https: 8443 },
  { http: 18_080, https: 18_443 },
];

/** What kind is told to make: one node, with ports of this machine that lead to those of the gateway. */
export function renderKindConfig({ http, https }: HostPorts): string {
  const mapping = (containerPort: number, hostPort: number): object => {
    return { containerPort, hostPort, listenAddress: loopback, protocol: "TCP" };
  };
  const extraPortMappings = [mapping(gatewayNodePorts.http, http), mapping(gatewayNodePorts.https, https)];
  return stringify({
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    nodes: [{ role: "control-plane", extraPortMappings }],
  });
}

/**
 * The ports that a cluster takes: the first pair that nothing answers on. `https`: a port for TLS that was asked for, taken
 * as it is. Throws KindError when all are taken.
 */
export async function findHostPorts(https?: number, isTaken = answers): Promise<HostPorts> {
  const pairs = https === undefined ? candidates : candidates.map(({ http }) => ({ http, https }));
  for (const pair of pairs) {
    const taken = await Promise.all([isTaken(pair.http), https === undefined && isTaken(pair.https)]);
    if (!taken.includes(true)) return pair;
  }
  const tried = pairs.map((pair) => `${pair.http} and ${pair.https}`).join(", ");
  throw new KindError(
    `the ports for the gateway are taken (${tried}): end what listens there, or --set ingress.port=<port>`,
  );
}

// Listening would need rights below 1024 that the container engine has and this process may not have.
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: loopback, port });
    const end = (taken: boolean): void => {
      socket.destroy();
      resolve(taken);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
