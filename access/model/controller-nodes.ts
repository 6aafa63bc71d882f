import type { ModelOptions } from "./options";
import { overlayPods } from "../platform/services";

type Mode = NonNullable<ModelOptions["controller"]["mode"]>;

/** One process of the overlay's controller. */
export interface ControllerNode {
  /** Release, objects and node are named so; the first keeps the name of a single controller. */
  readonly name: string;
  /** Public name under which its clients know it: baked into what they enrolled with. */
  readonly host: string;
  /** The Service of its client API. */
  readonly publicService: string;
  /** The Service of its management API. */
  readonly managementService: string;
}

const nodeNumbers = { standalone: [1], cluster: [1, 2, 3] } as const;
const clientSuffix = "-client";
const managementSuffix = "-mgmt";

/**
 * The controller's nodes, the first to start first. All of them keep one network, and each is reached by a name of its
 * own: a session belongs to the node that opened it, so nothing may spread requests over them.
 */
export function controllerNodes({
  advertisedHost,
  mode = "standalone",
}: ModelOptions["controller"]): readonly ControllerNode[] {
  const name = overlayPods.controller.publicService.slice(0, -clientSuffix.length);
  const [label = "", ...rest] = advertisedHost.split(".");
  return nodeNumbers[mode].map((number) => {
    const suffix = number === 1 ? "" : `-${number}`;
    const node = `${name}${suffix}`;
    const services = { publicService: `${node}${clientSuffix}`, managementService: `${node}${managementSuffix}` };
    return { name: node, host: [`${label}${suffix}`, ...rest].join("."), ...services };
  });
}

/** Base address of the management API of every node of a controller that the program installs, the first node first. */
export function managementUrls(mode: Mode, namespace: string): readonly string[] {
  const nodes = controllerNodes({ manage: true, advertisedHost: "", mode });
  return nodes.map(({ managementService }) => managementUrl(managementService, namespace));
}

/** The Service of whichever node of a cluster works, for a client that takes a single address. */
export const sharedManagement = {
  name: `${overlayPods.controller.managementService}-any`,
  /** Its name as clients spell it, which has to be in the certificate of every node. */
  host: (namespace: string) => serviceHost(sharedManagement.name, namespace),
  url: (namespace: string) => managementUrl(sharedManagement.name, namespace),
} as const;

function managementUrl(service: string, namespace: string): string {
  return `https://${serviceHost(service, namespace)}:${overlayPods.controller.managementPort}`;
}

function serviceHost(service: string, namespace: string): string {
  return `${service}.${namespace}.svc`;
}
