import type { Endpoint, Packet } from "../../support/network-policy-evaluator";
import type { Place } from "../../support/network-policy-world";
import type { LabProbe } from "./lab";

/** A packet as the lab sends it: by the positions of its ends, and to the Service where that was dialed. */
export function toProbe({ from, to, family, protocol, port, dialed }: Packet, places: readonly Place[]): LabProbe {
  const position = (one: Endpoint) => places.findIndex((place) => place === one);
  const service = places[position(to)]?.service;
  const way =
    dialed === undefined ? { dialed: to[family], dialedPort: port } : { dialed, dialedPort: service?.port ?? 0 };
  return { from: position(from), to: position(to), family, protocol, port, ...way };
}
