import type { Flow, PodsEnd } from "./flow";

/** Which end of a flow a policy guards: the callee's incoming packets, or the caller's outgoing ones. */
export type Direction = "ingress" | "egress";

const suffix = { ingress: "in", egress: "out" };

/** Name of the policy that closes what no other policy of its namespace allows. */
export const denyAllName = "default-deny";

/** The name of the policy that opens one purpose for some pods in one direction. */
export function policyName(subject: PodsEnd, purpose: Flow["purpose"], direction: Direction): string {
  return `${subject.name}-${purpose}-${suffix[direction]}`;
}
