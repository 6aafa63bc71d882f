import type { Fault } from "./fault";
import { meshFaults } from "./mesh-faults";
import { overlayFaults } from "./overlay-faults";
import { packetFaults } from "./packet-faults";
import { podFaults } from "./pod-faults";
import { publicFaults } from "./public-faults";

/** Every disturbance that the verification has to find. */
export const faults: readonly Fault[] = [
  ...meshFaults,
  ...packetFaults,
  ...podFaults,
  ...publicFaults,
  ...overlayFaults,
];
