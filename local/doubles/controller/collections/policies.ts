import { ApiError, fieldError } from "../errors";
import { Field, Kind, Write, named, textSet } from "../kind";
import { checkRoles, roleFields, toRoleDisplays } from "../roles";
import type { Entity, Fields } from "../store";
import type { World } from "../world";

const both: readonly Write[] = ["create", "replace"];

function choice(values: readonly string[]): Field {
  return { schema: { type: "string", enum: values, nullable: true }, initial: undefined, required: both };
}

function refuseSystem(code: "ENTITY_CAN_NOT_BE_UPDATED" | "ENTITY_CAN_NOT_BE_DELETED", entity?: Entity): void {
  if (entity?.isSystem === true) {
    throw new ApiError(code, { code: "UNHANDLED", message: `${String(entity.name)} is a system entity` });
  }
}

function policyKind(collection: string, singular: string, extra: Record<string, Field>, shown: Fields = {}): Kind {
  const roles = roleFields.filter((entry) => entry.collection === collection);
  return {
    collection,
    singular,
    fields: {
      ...named,
      semantic: choice(["AllOf", "AnyOf"]),
      ...Object.fromEntries(roles.map(({ field }) => [field, textSet()])),
      ...extra,
    },
    filterable: {
      name: "string",
      semantic: "string",
      ...Object.fromEntries(Object.keys(extra).map((name) => [name, "string"] as const)),
      ...Object.fromEntries(roles.map(({ field }) => [field, "set"] as const)),
    },
    check(world: World, next: Fields, previous: Entity | undefined) {
      refuseSystem("ENTITY_CAN_NOT_BE_UPDATED", previous);
      if (next.type === "Invalid") throw fieldError("policyType", "valid types are Dial and Bind", next.type);
      checkRoles(world.store, collection, next);
    },
    removing: (_world, entity) => refuseSystem("ENTITY_CAN_NOT_BE_DELETED", entity),
    toDetail: (world, entity) => ({
      ...shown,
      ...entity,
      selections: undefined,
      ...toRoleDisplays(world.store, collection, entity),
    }),
  };
}

/** Who may dial or bind which services. */
export const servicePolicies = policyKind("service-policies", "servicePolicy", {
  type: choice(["Dial", "Bind", "Invalid"]),
});

/** Which identities may use which edge routers; the ones a tunneler router brings are system entities. */
export const edgeRouterPolicies = policyKind("edge-router-policies", "edgeRouterPolicy", {}, { isSystem: false });

/** Which services may be carried by which edge routers. */
export const serviceEdgeRouterPolicies = policyKind("service-edge-router-policies", "serviceEdgeRouterPolicy", {});
