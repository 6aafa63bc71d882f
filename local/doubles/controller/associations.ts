import { kinds } from "./collections";
import { authenticatorsOf } from "./collections/authenticators";
import { enrollmentsOf } from "./collections/enrollments";
import { ApiError } from "./errors";
import { Kind } from "./kind";
import { findObject } from "./objects";
import { toReference } from "./reference";
import { selects } from "./roles";
import type { Entity } from "./store";
import type { World } from "./world";

type Lookup = (world: World, entity: Entity) => Entity[];

// collection/nested collection -> the objects, for what is not a matter of roles.
const owned: Record<string, Lookup> = {
  "services/configs": (world, { configs }) =>
    world.store.all("configs").filter(({ id }) => ((configs as string[] | null) ?? []).includes(id)),
  "services/terminators": () => [],
  "configs/services": (world, { id }) =>
    world.store.all("services").filter(({ configs }) => ((configs as string[] | null) ?? []).includes(id)),
  "config-types/configs": (world, { id }) =>
    world.store.all("configs").filter(({ configTypeId }) => configTypeId === id),
  "identities/authenticators": (world, { id }) => authenticatorsOf(world, id),
  "identities/enrollments": (world, { id }) => enrollmentsOf(world, id),
};

// Two collections that a policy kind joins: identities and services, and so on.
const joins: Record<string, string> = {
  "identities/services": "service-policies",
  "services/identities": "service-policies",
  "identities/edge-routers": "edge-router-policies",
  "edge-routers/identities": "edge-router-policies",
  "services/edge-routers": "service-edge-router-policies",
  "edge-routers/services": "service-edge-router-policies",
};

/** The objects of `nested` that the object is related to, with their kind; 404 when there is no such relation. */
export function listRelated(world: World, kind: Kind, id: string, nested: string): { kind: Kind; entities: Entity[] } {
  const target = kinds.get(nested);
  if (target === undefined) throw new ApiError("NOT_FOUND");
  const entity = findObject(world, kind, id);
  const path = `${kind.collection}/${nested}`;
  if (owned[path] !== undefined) return { kind: target, entities: owned[path](world, entity) };
  const all = world.store.all(nested);
  const policies = joins[path];
  if (policies !== undefined)
    return { kind: target, entities: all.filter((other) => isJoined(world, policies, kind, entity, nested, other)) };
  if (nested.endsWith("-policies")) {
    return { kind: target, entities: all.filter((policy) => selects(nested, policy, kind.collection, entity)) };
  }
  if (kind.collection.endsWith("-policies")) {
    return { kind: target, entities: all.filter((other) => selects(kind.collection, entity, nested, other)) };
  }
  throw new ApiError("NOT_FOUND");
}

function isJoined(world: World, policies: string, kind: Kind, entity: Entity, nested: string, other: Entity): boolean {
  const both = (policy: Entity) =>
    selects(policies, policy, kind.collection, entity) && selects(policies, policy, nested, other);
  return world.store.all(policies).some(both);
}

function routersOf(world: World, policies: string, collection: string, entity: Entity): Entity[] {
  const granting = world.store.all(policies).filter((policy) => selects(policies, policy, collection, entity));
  return world.store
    .all("edge-routers")
    .filter((router) => granting.some((policy) => selects(policies, policy, "edge-routers", router)));
}

/** May this identity dial and bind this service, and over which routers. Negative answers are left out, as the engine does. */
export function toPolicyAdvice(world: World, identityId: string, serviceId: string): Record<string, unknown> {
  const identity = findObject(world, kinds.get("identities")!, identityId);
  const service = findObject(world, kinds.get("services")!, serviceId);
  const granted = world.store
    .all("service-policies")
    .filter((policy) => selects("service-policies", policy, "identities", identity))
    .filter((policy) => selects("service-policies", policy, "services", service))
    .map(({ type }) => type);
  const own = routersOf(world, "edge-router-policies", "identities", identity);
  const carrying = routersOf(world, "service-edge-router-policies", "services", service);
  const common = own.filter((router) => carrying.includes(router));
  const commonRouters = common.map((router) => ({
    ...toReference("edge-routers", router),
    isOnline: router.isOnline ?? false,
  }));
  return {
    identity: toReference("identities", identity),
    identityId,
    service: toReference("services", service),
    serviceId,
    isDialAllowed: granted.includes("Dial") || undefined,
    isBindAllowed: granted.includes("Bind") || undefined,
    identityRouterCount: own.length || undefined,
    serviceRouterCount: carrying.length || undefined,
    commonRouters: common.length === 0 ? null : commonRouters,
  };
}
