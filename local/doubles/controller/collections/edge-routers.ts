import { Kind, named, optional, textSet, toReplaced } from "../kind";
import { checkRoleAttributes, relink, removeReferences } from "../roles";
import type { Entity, Fields } from "../store";
import type { World } from "../world";
import { identities, removeCredentials } from "./identities";
import { openRouterEnrollment, routerEnrollmentsOf } from "./enrollments";

// A tunneler router has an identity of the same id and name, and a system policy that lets it use itself.
function createTunneler(world: World, router: Entity): void {
  const { id, name } = router;
  const identity = { ...toReplaced(identities, "create", { name }), id, typeId: "Router" };
  relink(world.store, "identities", world.store.insert("identities", identity));
  const policy = {
    id,
    name: `edge-router-${id}-system`,
    semantic: "AnyOf",
    edgeRouterRoles: [`@${id}`],
    identityRoles: [`@${id}`],
    isSystem: true,
  };
  relink(world.store, "edge-router-policies", world.store.insert("edge-router-policies", policy));
}

function removeTunneler(world: World, id: string): void {
  world.store.in("edge-router-policies").delete(id);
  removeCredentials(world, id);
  world.store.in("identities").delete(id);
  removeReferences(world.store, "identities", id);
}

function removeEnrollments(world: World, id: string): void {
  for (const entry of routerEnrollmentsOf(world, id)) world.store.in("enrollments").delete(entry.id);
}

/** Starts the enrollment of a router anew: it is no longer verified until it enrolls again. */
export function reEnroll(world: World, router: Entity): void {
  removeEnrollments(world, router.id);
  world.store.update("edge-routers", router.id, { isVerified: false, isOnline: false, fingerprint: undefined });
  openRouterEnrollment(world, router);
}

/** Does what a router does when it enrolls: it is verified and online from now on, and its token is gone. */
export function verifyRouter(world: World, id: string): void {
  removeEnrollments(world, id);
  world.store.update("edge-routers", id, { isVerified: true, isOnline: true, fingerprint: "0".repeat(40) });
}

/** Does what a router does when it loses the controller. */
export function disconnectRouter(world: World, id: string): void {
  world.store.update("edge-routers", id, { isOnline: false });
}

function toDetail(world: World, entity: Entity): Fields {
  const [enrollment] = entity.isVerified === true ? [] : routerEnrollmentsOf(world, entity.id);
  return {
    hostname: "",
    isOnline: entity.isOnline ?? false,
    isVerified: entity.isVerified ?? false,
    fingerprint: entity.fingerprint,
    supportedProtocols: {},
    syncStatus: entity.isOnline === true ? "SYNC_DONE" : "SYNC_UNKNOWN",
    versionInfo: { arch: "", buildDate: "", os: "", revision: "", version: "" },
    certPem: null,
    configs: null,
    interfaces: null,
    unverifiedCertPem: null,
    unverifiedFingerprint: null,
    enrollmentJwt: enrollment?.jwt ?? null,
    enrollmentToken: enrollment?.token ?? null,
    enrollmentCreatedAt: enrollment?.createdAt ?? null,
    enrollmentExpiresAt: enrollment?.expiresAt ?? null,
  };
}

/** Edge routers. Their token is shown only until they have enrolled. */
export const edgeRouters: Kind = {
  collection: "edge-routers",
  singular: "router",
  fields: {
    ...named,
    roleAttributes: textSet(),
    isTunnelerEnabled: optional("boolean", false),
    cost: { schema: { type: "integer", minimum: 0, maximum: 65535, nullable: true }, initial: 0 },
    noTraversal: optional("boolean", false),
    disabled: optional("boolean", false),
    appData: optional("object", {}),
  },
  filterable: {
    name: "string",
    roleAttributes: "set",
    isVerified: "boolean",
    isTunnelerEnabled: "boolean",
    cost: "number",
    noTraversal: "boolean",
    disabled: "boolean",
    fingerprint: "string",
  },
  check: (_world, next) => checkRoleAttributes(next),
  written(world, entity, _body, previous) {
    if (previous === undefined) openRouterEnrollment(world, entity);
    const [was, is] = [previous?.isTunnelerEnabled === true, entity.isTunnelerEnabled === true];
    if (is && !was) createTunneler(world, entity);
    if (was && !is) removeTunneler(world, entity.id);
    if (was && is) world.store.update("identities", entity.id, { name: entity.name });
  },
  removing(world, entity) {
    removeEnrollments(world, entity.id);
    if (entity.isTunnelerEnabled === true) removeTunneler(world, entity.id);
  },
  toDetail,
};
