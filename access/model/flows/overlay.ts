import { canExpress } from "../ingress-limits";
import type { ModelOptions } from "../options";
import { overlayMembers, overlayPods } from "../../platform/services";
import { entryPods, overlayEnd, platformPods } from "./ends";
import { everyPod, tcp, type Flow, type PodsEnd } from "./flow";

interface Client {
  readonly from: PodsEnd;
  readonly because: string;
}

function passingThrough(options: ModelOptions): readonly PodsEnd[] {
  return canExpress(options.ingress, "passthrough") ? entryPods(options) : [];
}

function clientsOf(options: ModelOptions): readonly Client[] {
  const { workloads } = options.namespaces;
  return [
    {
      from: everyPod(workloads),
      because:
        "An agent's sidecar, which shares the agent's address, signs in at the controller and enters the overlay at a " +
        "router; the overlay decides the rest.",
    },
    ...passingThrough(options).map((from) => ({
      from,
      because: "Devices and remote runners are passed through to the overlay by name.",
    })),
    ...overlayMembers.map((name) => ({
      from: platformPods(options, name),
      because: `${name} has an overlay identity of its own.`,
    })),
  ];
}

/** The overlay's underlay: clients to controller and routers, routers to both, and Ziti Management alone to its API. */
export function overlayFlows(options: ModelOptions): readonly Flow[] {
  const controller = overlayEnd(options, "controller");
  const router = overlayEnd(options, "router");
  const manager = platformPods(options, "ziti-management");
  const signIn = tcp(overlayPods.controller.clientPort);
  const enter = tcp(overlayPods.router.edgePort);
  const purpose = "overlay";
  return [
    ...clientsOf(options).flatMap(({ from, because }): Flow[] => [
      { purpose, from, to: controller, ports: signIn, because },
      { purpose, from, to: router, ports: enter, because },
    ]),
    { purpose, from: router, to: controller, ports: signIn, because: "A router is run by the controller." },
    { purpose, from: router, to: router, ports: enter, because: "Routers link to each other." },
    {
      purpose,
      from: controller,
      to: controller,
      ports: signIn,
      because: "Controllers of a cluster agree on its state.",
    },
    { purpose, from: manager, to: controller, ports: signIn, because: "Ziti Management enrolls its own identity." },
    {
      purpose: "management",
      from: manager,
      to: controller,
      ports: tcp(overlayPods.controller.managementPort),
      because: "Ziti Management is the only client of the controller's management API.",
    },
  ];
}
