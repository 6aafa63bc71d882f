import type { Kind } from "../kind";
import { toReference } from "../reference";
import type { World } from "../world";

/** Terminators come from hosting traffic, which this controller never sees: the list is what `addTerminator` put there. */
export const terminators: Kind = {
  collection: "terminators",
  singular: "terminator",
  fields: {},
  filterable: { address: "string", binding: "string", router: "string", service: "string" },
  toDetail({ store }, { serviceId, routerId }) {
    const [service, router] = [
      store.in("services").get(String(serviceId)),
      store.in("edge-routers").get(String(routerId)),
    ];
    return {
      service: service && toReference("services", service),
      router: router && toReference("edge-routers", router),
    };
  },
};

/** Where a service is hosted. */
interface Hosting {
  readonly serviceId: string;
  /** The identity that hosts. */
  readonly hostId: string;
  readonly routerId: string;
}

/** Does what a router does when an identity hosts a service at it. Returns the terminator's id. */
export function addTerminator(world: World, hosting: Hosting): string {
  const fixed = { binding: "edge", cost: 0, dynamicCost: 0, precedence: "default", identity: "" };
  return world.store.insert("terminators", { ...hosting, ...fixed, address: `hosted:${hosting.hostId}` }).id;
}
