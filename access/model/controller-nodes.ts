import type { ModelOptions } from "./options";
import { overlayPods } from "../platform/services";

/** One process of the overlay's controller. */
export interface ControllerNode {
  /** Release, objects and node are named so; the first keeps the name of a single controller. */
  readonly name: string;
  /** Public name under which its clients know it: baked into what they enrolled with. */
  readonly host: string;
  /** The Service of its client API. */
  readonly publicService: string;
}

const nodeNumbers = { standalone: [1], cluster: [1, 2, 3] } as const;
const clientSuffix = "-client";

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
    return { name: node, host: [`${label}${suffix}`, ...rest].join("."), publicService: `${node}${clientSuffix}` };
  });
}
