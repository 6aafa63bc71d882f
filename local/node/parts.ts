import { NodeError } from "./node-error";

/**
 * What a cluster may have or lack; a node has all of them unless told otherwise. `load-balancer` gives Services of that
 * type an address, `volumes` is the default StorageClass, `network-policies` is what enforces them.
 */
export const nodeParts = ["load-balancer", "volumes", "network-policies"] as const;

/** One part that can be left out. */
export type NodePart = (typeof nodeParts)[number];

/** Reads a list of parts as a command line gives it, separated by commas. Throws NodeError, which names the allowed ones. */
export function parseParts(text: string): readonly NodePart[] {
  const given = text.split(",").map((part) => part.trim());
  const unknown = given.filter((part) => !isNodePart(part));
  if (unknown.length > 0) {
    throw new NodeError(`${unknown.join(", ")}: no such part of a node; allowed are ${nodeParts.join(", ")}`);
  }
  return given.filter(isNodePart);
}

function isNodePart(text: string): text is NodePart {
  return (nodeParts as readonly string[]).includes(text);
}
