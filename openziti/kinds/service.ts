import { defineKind } from "./kind";
import { roleAttributes } from "./shared-fields";

/** Something identities dial and host. Encryption cannot be changed in place: the controller ignores a PATCH of it. */
export const service = defineKind({
  name: "Service",
  collection: "services",
  description: "Something identities dial and host over the overlay.",
  fields: [
    { name: "configs", type: "ids", default: [], description: "Ids of configs, at most one per config type." },
    roleAttributes(),
    {
      name: "encryptionRequired",
      type: "boolean",
      default: true,
      replaces: true,
      description: "End-to-end encryption between dialer and host. Changing it replaces the service.",
    },
    {
      name: "terminatorStrategy",
      type: "string",
      default: "smartrouting",
      oneOf: ["smartrouting", "weighted", "random", "ha", "sticky"],
      description: "How a dial picks among several hosts.",
    },
  ],
  outputs: [],
});
