import { listRelated, toPolicyAdvice } from "./associations";
import { logIn, toSessionDetail } from "./authentication";
import { addMember, fabricPath, listMembers } from "./cluster";
import { kinds } from "./collections";
import { reEnroll } from "./collections/edge-routers";
import { refreshEnrollment } from "./collections/enrollments";
import { ApiError, frameError } from "./errors";
import type { Kind } from "./kind";
import { toPage } from "./listing";
import { createObject, deleteObject, findObject, toDetail, updateObject } from "./objects";
import { assignConfigs, listAssignedConfigs, removeAssignedConfigs } from "./service-configs";
import type { Session } from "./sessions";
import type { Entity, Fields } from "./store";
import { toVersion } from "./version";
import type { World } from "./world";

/** A request after HTTP: `path` has neither the base path nor the query. */
export interface Request {
  method: string;
  path: readonly string[];
  query: URLSearchParams;
  body: unknown;
  token?: string;
  /** Of the client certificate, SHA-1 in lower-case hex. */
  fingerprint?: string;
}

/** What goes back, before the `error` or `meta` envelope of a failure. */
export interface Answer {
  status: number;
  /** None where the engine sends an empty body. */
  body?: Fields;
  /** A new session's token, which the engine also sends as a header. */
  token?: string;
}

function ok(data: unknown, meta: Fields | null = {}): Answer {
  return { status: 200, body: { data, meta } };
}

const done = (): Answer => ok({});

function created(collection: string, id: string): Answer {
  const _links = { self: { href: `./${collection}/${id}` } };
  return { status: 201, body: { data: { _links, id }, meta: {} } };
}

function listed(world: World, kind: Kind, entities: readonly Entity[], query: URLSearchParams): Answer {
  const { limit, offset, totalCount, filterableFields, entities: page } = toPage(kind, entities, query);
  const data = page.map((entity) => toDetail(world, kind, entity));
  return ok(data, { filterableFields, pagination: { limit, offset, totalCount } });
}

const ownLinks = { self: { href: "./current-identity" }, mfa: { href: "./current-identity/mfa" } };

/** Answers one request; refuses by throwing ApiError. */
export function answer(world: World, request: Request): Answer {
  const [first = "", ...rest] = request.path;
  if (first === "" || first === "version") return ok(toVersion(world));
  if (first === "authenticate" && rest.length === 0) return authenticate(world, request);
  const kind = kinds.get(first);
  if (kind === undefined && first !== fabricPath && !first.startsWith("current-")) throw new ApiError("NOT_FOUND");
  const session = world.sessions.tryUse(request.token);
  const caller = session && world.store.in("identities").get(session.identityId);
  if (session === undefined || caller === undefined) throw new ApiError("UNAUTHORIZED");
  if (first === "current-api-session") return currentSession(world, request, session);
  if (first === "current-identity")
    return ok({ ...toDetail(world, kinds.get("identities")!, caller), _links: ownLinks });
  if (first === fabricPath && caller.isAdmin === true) return cluster(world, rest.join("/"), request);
  if (kind === undefined) throw new ApiError("NOT_FOUND");
  if (caller.isAdmin !== true) throw new ApiError("UNAUTHORIZED");
  if (rest.length === 0) return collection(world, kind, request);
  if (rest.length === 1) return object(world, kind, rest[0]!, request);
  return nested(world, kind, rest[0]!, rest.slice(1), request);
}

function cluster(world: World, path: string, { method, body }: Request): Answer {
  if (method === "GET" && path === "cluster/list-members") return ok(listMembers(world.cluster));
  if (method !== "POST" || path !== "cluster/add-member") throw new ApiError("NOT_FOUND");
  addMember(world.cluster, (body ?? {}) as Fields);
  return done();
}

function authenticate(world: World, request: Request): Answer {
  if (request.method !== "POST") throw new ApiError("METHOD_NOT_ALLOWED");
  const body = (request.body ?? {}) as Fields;
  const session = logIn(world, request.query.get("method"), body, request.fingerprint);
  return { ...ok(toSessionDetail(world, session)), token: session.token };
}

function currentSession(world: World, { method }: Request, session: Session): Answer {
  if (method === "GET") return ok(toSessionDetail(world, session));
  if (method !== "DELETE") throw new ApiError("METHOD_NOT_ALLOWED");
  world.sessions.close(session.token);
  return done();
}

function bodyOf(kind: Kind, { body }: Request): Fields {
  if (body === undefined) throw frameError(kind.singular, `${kind.singular} in body is required`, "", "required");
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new ApiError("COULD_NOT_PARSE_BODY", { message: `a ${kind.singular} must be an object` });
  }
  return body as Fields;
}

function collection(world: World, kind: Kind, request: Request): Answer {
  if (request.method === "GET") return listed(world, kind, world.store.all(kind.collection), request.query);
  if (request.method !== "POST") throw new ApiError("METHOD_NOT_ALLOWED");
  return created(kind.collection, createObject(world, kind, bodyOf(kind, request)).id);
}

function object(world: World, kind: Kind, id: string, request: Request): Answer {
  if (request.method === "GET") return ok(toDetail(world, kind, findObject(world, kind, id)));
  if (request.method === "DELETE") deleteObject(world, kind, id);
  else if (request.method === "PUT") updateObject(world, kind, id, "replace", bodyOf(kind, request));
  else if (request.method === "PATCH") updateObject(world, kind, id, "patch", bodyOf(kind, request));
  else throw new ApiError("METHOD_NOT_ALLOWED");
  return done();
}

type Action = (world: World, entity: Entity, request: Request, argument?: string) => Answer;

// "METHOD collection/action" -> what it does with the object.
const actions: Record<string, Action> = {
  "GET identities/policy-advice": (world, { id }, _request, serviceId = "") =>
    ok(toPolicyAdvice(world, id, serviceId), null),
  "GET identities/service-configs": (world, entity) => {
    const assigned = listAssignedConfigs(world, entity);
    const pagination = { limit: assigned.length, offset: 0, totalCount: assigned.length };
    return ok(assigned, { pagination });
  },
  "POST identities/service-configs": (world, entity, { body }) => {
    assignConfigs(world, entity, body as Fields[]);
    return done();
  },
  "DELETE identities/service-configs": (world, entity, { body }) => {
    removeAssignedConfigs(world, entity, body as Fields[] | null | undefined);
    return done();
  },
  "POST identities/disable": (world, { id }) => {
    world.store.update("identities", id, { disabled: true, disabledAt: new Date().toISOString() });
    world.sessions.closeOf(id);
    return { status: 200 };
  },
  "POST identities/enable": (world, { id }) => {
    world.store.update("identities", id, { disabled: false, disabledAt: undefined });
    return done();
  },
  "POST edge-routers/re-enroll": (world, entity) => {
    reEnroll(world, entity);
    return done();
  },
  "POST enrollments/refresh": (world, entity, { body }) => {
    refreshEnrollment(world, entity, (body ?? {}) as Fields);
    return done();
  },
};

function nested(world: World, kind: Kind, id: string, rest: readonly string[], request: Request): Answer {
  const [name = "", argument] = rest;
  const action = actions[`${request.method} ${kind.collection}/${name}`];
  if (action !== undefined) return action(world, findObject(world, kind, id), request, argument);
  if (request.method !== "GET" || argument !== undefined) throw new ApiError("NOT_FOUND");
  const related = listRelated(world, kind, id, name);
  return listed(world, related.kind, related.entities, request.query);
}
