import { ApiError, fieldError, notFound } from "../errors";
import { Kind, named, optional, textSet } from "../kind";
import { toReference } from "../reference";
import { checkRoleAttributes } from "../roles";
import { Entity, Fields, textOf } from "../store";
import type { World } from "../world";
import { authenticatorsOf } from "./authenticators";
import { enrollmentMilliseconds, enrollmentsOf, openEnrollment } from "./enrollments";

const types = ["User", "Device", "Service", "Router", "Default"];

const permitted =
  "auth-policy ca config config-type edge-router-policy enrollment external-jwt-signer identity ops posture-check router service service-edge-router-policy service-policy terminator";
const permissions = [
  "admin_readonly",
  ...permitted
    .split(" ")
    .flatMap((kind) => [kind, ...["read", "create", "update", "delete"].map((verb) => `${kind}.${verb}`)]),
].filter((permission) => permission !== "ops.create");

// A body asks for at most one: {ott: true}, {ottca: caId} or {updb: username}, looked at in this order.
function openRequested(world: World, entity: Entity, wanted: Fields): void {
  const expiresAt = new Date(Date.now() + enrollmentMilliseconds);
  if (wanted.ott === true) openEnrollment(world, { identityId: entity.id }, "ott", expiresAt);
  else if (wanted.ottca) openEnrollment(world, { identityId: entity.id, caId: wanted.ottca }, "ottca", expiresAt);
  else if (wanted.updb) openEnrollment(world, { identityId: entity.id, username: wanted.updb }, "updb", expiresAt);
}

function toEnrollments(world: World, id: string): Fields {
  return Object.fromEntries(
    enrollmentsOf(world, id).map((entry) => {
      const { expiresAt, jwt, token } = entry;
      return [textOf(entry, "method"), { id: entry.id, expiresAt, jwt, token }] as const;
    }),
  );
}

function toAuthenticators(world: World, id: string): Fields {
  return Object.fromEntries(
    authenticatorsOf(world, id).map((entry) => {
      const shown = entry.method === "updb" ? { username: entry.username } : { fingerprint: entry.fingerprint };
      return [textOf(entry, "method"), { id: entry.id, ...shown }] as const;
    }),
  );
}

function toDetail(world: World, entity: Entity): Fields {
  const authPolicyId = textOf(entity, "authPolicyId") || "default";
  const authPolicy = world.store.in("auth-policies").get(authPolicyId);
  const typeId = textOf(entity, "typeId") || "Default";
  return {
    authPolicyId,
    authPolicy: authPolicy && toReference("auth-policies", authPolicy),
    authenticators: toAuthenticators(world, entity.id),
    enrollment: toEnrollments(world, entity.id),
    externalId: entity.externalId || null,
    type: {
      _links: { self: { href: `./identity-types/${typeId}` } },
      entity: "identity-types",
      id: typeId,
      name: typeId,
    },
    typeId,
    disabled: entity.disabled ?? false,
    isDefaultAdmin: entity.isDefaultAdmin ?? false,
    isMfaEnabled: false,
    hasApiSession: world.sessions.hasSession(entity.id),
    hasEdgeRouterConnection: false,
    edgeRouterConnectionStatus: "offline",
    envInfo: {},
    sdkInfo: {},
    interfaces: null,
    serviceConfigs: undefined,
  };
}

function check(world: World, next: Fields, previous?: Entity): void {
  const policy = textOf(next, "authPolicyId");
  if (policy !== "" && !world.store.in("auth-policies").has(policy)) throw notFound("authPolicy", policy);
  const external = textOf(next, "externalId");
  const holder = world.store.all("identities").find((entry) => external !== "" && entry.externalId === external);
  if (holder !== undefined && holder.id !== previous?.id) {
    throw fieldError("externalId", "duplicate value in unique index on identities store", external);
  }
  if (previous?.typeId === "Router" && "name" in next && next.name !== previous.name) {
    throw fieldError("name", "may not change name of router identities", next.name);
  }
  checkRoleAttributes(next);
}

/** Identities. The type a caller sends is ignored: what is created is always of type Default. */
export const identities: Kind = {
  collection: "identities",
  singular: "identity",
  fields: {
    ...named,
    type: {
      schema: { type: "string", enum: types, nullable: true },
      initial: "Default",
      required: ["create", "replace"],
    },
    isAdmin: { ...optional("boolean", false), required: ["create", "replace"] },
    roleAttributes: textSet([]),
    permissions: { ...textSet(), schema: { type: "array", nullable: true, items: { enum: permissions } } },
    externalId: optional("string", null),
    authPolicyId: optional("string", "default"),
    appData: optional("object", {}),
    defaultHostingCost: optional("integer", 0),
    defaultHostingPrecedence: optional("string", "default"),
    serviceHostingCosts: optional("object", {}),
    serviceHostingPrecedences: optional("object", {}),
  },
  filterable: {
    name: "string",
    roleAttributes: "set",
    externalId: "string",
    isAdmin: "boolean",
    isDefaultAdmin: "boolean",
    type: "string",
    authPolicyId: "string",
  },
  check,
  written(world, entity, body, previous) {
    if (previous === undefined) openRequested(world, entity, (body.enrollment as Fields | undefined) ?? {});
  },
  removing(world, entity) {
    if (entity.isDefaultAdmin === true) throw new ApiError("ENTITY_CAN_NOT_BE_DELETED");
    if (entity.typeId === "Router") {
      const message = `cannot delete router identity ${String(entity.name)} until its router is deleted`;
      throw new ApiError("ENTITY_CAN_NOT_BE_DELETED", { code: "UNHANDLED", message });
    }
    removeCredentials(world, entity.id);
  },
  toDetail,
};

/** Deletes the enrollments and authenticators of an identity. */
export function removeCredentials(world: World, identityId: string): void {
  for (const entry of enrollmentsOf(world, identityId)) world.store.in("enrollments").delete(entry.id);
  for (const entry of authenticatorsOf(world, identityId)) world.store.in("authenticators").delete(entry.id);
}
