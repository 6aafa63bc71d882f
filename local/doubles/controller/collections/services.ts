import { fieldError, notFound } from "../errors";
import { Kind, named, optional, textSet } from "../kind";
import { checkRoleAttributes } from "../roles";
import { Fields, textOf } from "../store";
import type { World } from "../world";

const strategies = ["smartrouting", "weighted", "random", "ha", "sticky"];

// At most one config of each type. An id that does not exist is a 404 of the write itself.
function checkConfigs(world: World, next: Fields): void {
  const seen = new Map<unknown, unknown>();
  for (const id of (next.configs as string[] | null | undefined) ?? []) {
    const config = world.store.in("configs").get(id);
    if (config === undefined) throw notFound("config", id);
    if (seen.has(config.configTypeId)) {
      const names = `${String(seen.get(config.configTypeId))} and ${String(config.name)}`;
      throw fieldError(
        "configs",
        `duplicate configs ${names}: one config of a type is allowed per service`,
        next.configs,
      );
    }
    seen.set(config.configTypeId, config.name);
  }
}

/** Services. `encryptionRequired` is never patched, and a PUT that leaves it out switches it off. */
export const services: Kind = {
  collection: "services",
  singular: "service",
  fields: {
    ...named,
    encryptionRequired: {
      schema: { type: "boolean", nullable: true },
      initial: false,
      required: ["create"],
      unpatched: true,
    },
    configs: textSet(),
    roleAttributes: textSet(),
    terminatorStrategy: optional("string", "smartrouting"),
    maxIdleTimeMillis: optional("integer", 0),
  },
  filterable: { name: "string", terminatorStrategy: "string", roleAttributes: "set", configs: "set" },
  check(world, next) {
    checkConfigs(world, next);
    if (next.terminatorStrategy !== undefined && !strategies.includes(textOf(next, "terminatorStrategy"))) {
      throw notFound("terminator strategy", textOf(next, "terminatorStrategy"));
    }
    checkRoleAttributes(next);
  },
  // An administrator needs no policy, which the engine shows as an invalid one.
  toDetail: () => ({
    config: null,
    permissions: ["Invalid"],
    postureQueries: [
      {
        policyId: "dummy invalid policy: no posture checks defined",
        policyType: "Invalid",
        isPassing: true,
        postureQueries: [],
      },
    ],
  }),
};
