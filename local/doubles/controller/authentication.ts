import { sessionSeconds, Session } from "./sessions";
import { tryFindByPassword } from "./collections/authenticators";
import { kinds } from "./collections";
import { ApiError, fieldError, frameError } from "./errors";
import { findObject } from "./objects";
import { toReference } from "./reference";
import type { Entity, Fields } from "./store";
import type { World } from "./world";

const methods = ["password", "cert", "ext-jwt"];

const lengths: Record<string, [least: number, most: number]> = { username: [4, 100], password: [5, 100] };

function checkCredentials(body: Fields): void {
  for (const [field, [least, most]] of Object.entries(lengths)) {
    const value = body[field];
    if (typeof value !== "string") {
      throw new ApiError("COULD_NOT_VALIDATE", { code: "UNHANDLED", message: `${field} is required` });
    }
    const shown = field === "password" ? "******" : value;
    if (value.length < least) throw fieldError(field, `${field} in body should be at least ${least} chars long`, shown);
    if (value.length > most) throw fieldError(field, `${field} in body should be at most ${most} chars long`, shown);
  }
}

function tryFindAuthenticator(world: World, method: string, body: Fields, fingerprint?: string): Entity | undefined {
  if (method === "password") return tryFindByPassword(world, body.username, body.password);
  return world.store
    .all("authenticators")
    .find((entry) => entry.method === "cert" && entry.fingerprint === fingerprint);
}

/** Opens a session for a username and password, or for the certificate the connection was made with. */
export function logIn(world: World, method: string | null, body: Fields, fingerprint?: string): Session {
  if (method === null) throw frameError("method", "method in query is required", "[]", "required");
  if (!methods.includes(method)) {
    throw frameError("method", `method in query should be one of [${methods.join(" ")}]`, method, "enum");
  }
  if (method === "password") checkCredentials(body);
  const authenticator = tryFindAuthenticator(world, method, body, fingerprint);
  const identity = authenticator && world.store.in("identities").get(String(authenticator.identityId));
  if (authenticator === undefined || identity === undefined || identity.disabled === true) {
    throw new ApiError("INVALID_AUTH");
  }
  return world.sessions.open(identity.id, authenticator.id);
}

/** The session as the API shows it. */
export function toSessionDetail(world: World, session: Session): Fields {
  const identity = findObject(world, kinds.get("identities")!, session.identityId);
  const last = session.lastActivityAt;
  const path = `./api-sessions/${session.id}`;
  return {
    _links: { self: { href: path }, sessions: { href: `${path}/sessions` } },
    id: session.id,
    createdAt: session.createdAt.toISOString(),
    updatedAt: session.createdAt.toISOString(),
    tags: {},
    token: session.token,
    identity: toReference("identities", identity),
    identityId: identity.id,
    authenticatorId: session.authenticatorId,
    authQueries: [],
    configTypes: [],
    ipAddress: "127.0.0.1",
    isCertExtendable: false,
    isMfaComplete: false,
    isMfaRequired: false,
    lastActivityAt: last.toISOString(),
    cachedLastActivityAt: last.toISOString(),
    expirationSeconds: sessionSeconds,
    expiresAt: new Date(last.getTime() + sessionSeconds * 1000).toISOString(),
  };
}
