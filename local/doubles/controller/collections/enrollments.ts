import { randomUUID } from "node:crypto";
import { ApiError, fieldError } from "../errors";
import { Kind, optional, requiredText } from "../kind";
import { toJwt } from "../enrollment-token";
import { toReference } from "../reference";
import { Entity, Fields, textOf } from "../store";
import type { World } from "../world";

/** Milliseconds an enrollment token is valid when the caller sets no end. */
export const enrollmentMilliseconds = 180 * 60 * 1000;

// The method an edge router enrolls by.
const routerMethod = "erott";

/** Opens an enrollment for an identity, valid until `expiresAt`, and signs its token. */
export function openEnrollment(world: World, owner: Fields, method: string, expiresAt: Date): Entity {
  return world.store.insert("enrollments", { ...owner, ...toSigned(world, owner, method, expiresAt) });
}

/** Opens the enrollment of an edge router. */
export function openRouterEnrollment(world: World, router: Entity): Entity {
  const expiresAt = new Date(Date.now() + enrollmentMilliseconds);
  return openEnrollment(world, { edgeRouterId: router.id }, routerMethod, expiresAt);
}

function toSigned(world: World, owner: Fields, method: string, expiresAt: Date): Fields {
  const token = randomUUID();
  const sub = String(owner.identityId ?? owner.edgeRouterId);
  const exp = Math.floor(expiresAt.getTime() / 1000);
  const jwt = toJwt(world.key, { iss: world.url, sub, jti: token, exp, em: method });
  return { method, token, jwt, expiresAt: expiresAt.toISOString() };
}

function invalid(message: string): ApiError {
  return new ApiError("INVALID_FIELD", { code: "UNHANDLED", message });
}

function toTime(body: Fields): Date {
  const expiresAt = textOf(body, "expiresAt");
  if (expiresAt === "") throw fieldError("expiresAt", "expiresAt in body is required", "<nil>");
  const time = new Date(expiresAt);
  if (Number.isNaN(time.getTime())) {
    throw new ApiError("COULD_NOT_PARSE_BODY", { code: "UNHANDLED", message: "expiresAt is not a time" });
  }
  return time;
}

/** The enrollments of an identity. A tunneler router's own is not one of them, though it has the same id. */
export function enrollmentsOf(world: World, identityId: string): Entity[] {
  return world.store.all("enrollments").filter((entry) => entry.identityId === identityId);
}

/** The enrollments of an edge router. */
export function routerEnrollmentsOf(world: World, edgeRouterId: string): Entity[] {
  return world.store.all("enrollments").filter((entry) => entry.edgeRouterId === edgeRouterId);
}

/** Gives an enrollment a new end, a new token, and so a new JWT. */
export function refreshEnrollment(world: World, entity: Entity, body: Fields): void {
  if (entity.method === routerMethod) throw new ApiError("NOT_FOUND");
  const expiresAt = toTime(body);
  if (expiresAt.getTime() < Date.now()) throw fieldError("expiresAt", "must be in the future", body.expiresAt);
  world.store.update("enrollments", entity.id, toSigned(world, entity, String(entity.method), expiresAt));
}

/** Enrollments of identities; those of edge routers are listed too. */
export const enrollments: Kind = {
  collection: "enrollments",
  singular: "enrollment",
  fields: {
    identityId: { ...requiredText(), required: ["create"] },
    method: { schema: { type: "string", enum: ["ott", "ottca", "updb"] }, initial: "", required: ["create"] },
    expiresAt: { ...requiredText(), required: ["create"] },
    username: optional("string", undefined),
    caId: optional("string", undefined),
    tags: optional("object", {}),
  },
  filterable: { token: "string", identity: "string", edgeRouter: "string", transitRouter: "string", caId: "string" },
  check(world, next) {
    if (!world.store.in("identities").has(String(next.identityId))) {
      throw invalid("identity not found");
    }
    if (toTime(next).getTime() < Date.now()) throw invalid("expiresAt must be in the future");
    if (next.method === "updb" && !next.username) throw invalid("username not provided");
    if (enrollmentsOf(world, String(next.identityId)).some(({ method }) => method === next.method)) {
      throw new ApiError("ENROLLMENT_EXISTS");
    }
  },
  written(world, entity) {
    const signed = toSigned(world, entity, String(entity.method), new Date(String(entity.expiresAt)));
    world.store.update("enrollments", entity.id, signed);
  },
  toDetail(world, entity) {
    const identity = world.store.in("identities").get(String(entity.identityId));
    const router = world.store.in("edge-routers").get(String(entity.edgeRouterId));
    return {
      identity: identity && toReference("identities", identity),
      edgeRouter: router && toReference("edge-routers", router),
    };
  },
};
