import { X509Certificate, randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { ApiError, fieldError, notFound } from "../errors";
import { Kind, optional, requiredText } from "../kind";
import { toReference } from "../reference";
import type { Entity, Fields } from "../store";
import type { World } from "../world";

// Few rounds: this keeps a password out of the state file, it does not guard a real network.
const rounds = { N: 1024 };

function toHash(password: string, salt: string): Buffer {
  return scryptSync(password, salt, 32, rounds);
}

/** A certificate's SHA-1 fingerprint in lower case without colons, as the controller stores it. */
export function toFingerprint(certificate: X509Certificate): string {
  return certificate.fingerprint.replaceAll(":", "").toLowerCase();
}

/** The stored form of a password. */
export function toSecret(password: string): Fields {
  const salt = randomBytes(16).toString("base64");
  return { salt, hash: toHash(password, salt).toString("base64") };
}

/** The authenticator a username and password open, undefined when they open none. */
export function tryFindByPassword(world: World, username: unknown, password: unknown): Entity | undefined {
  const entity = world.store
    .all("authenticators")
    .find((entry) => entry.method === "updb" && entry.username === username);
  if (entity === undefined) return undefined;
  const hash = toHash(String(password), String(entity.salt));
  return timingSafeEqual(hash, Buffer.from(String(entity.hash), "base64")) ? entity : undefined;
}

/** The authenticators of an identity. */
export function authenticatorsOf(world: World, identityId: string): Entity[] {
  return world.store.all("authenticators").filter((entry) => entry.identityId === identityId);
}

function checkNew(world: World, next: Fields): void {
  if (!world.store.in("identities").has(String(next.identityId))) {
    throw notFound("identity", String(next.identityId));
  }
  if (next.method !== "updb" && next.method !== "cert") {
    throw fieldError("method", "method must be updb or cert", next.method);
  }
  if (authenticatorsOf(world, String(next.identityId)).some(({ method }) => method === next.method)) {
    throw new ApiError("MAX_AUTHENTICATOR_METHODS_REACHED");
  }
  if (next.method === "updb" && world.store.all("authenticators").some(({ username }) => username === next.username)) {
    throw fieldError("updbUsername", "duplicate value in unique index on authenticators store", next.username);
  }
}

const patched = ["create", "replace", "patch"] as const;

/** Authenticators: a username with a password, or a certificate. The password is never shown. */
export const authenticators: Kind = {
  collection: "authenticators",
  singular: "authenticator",
  fields: {
    identityId: { ...requiredText(), required: ["create"], writes: ["create"] },
    method: { ...requiredText(), required: ["create"], writes: ["create"] },
    username: {
      schema: { type: "string", minLength: 4, maxLength: 100, nullable: true },
      initial: "",
      writes: patched,
    },
    password: { schema: { type: "string", minLength: 5, maxLength: 100, nullable: true }, initial: undefined },
    certPem: { ...optional("string", undefined), writes: ["create"] },
    // The engine drops the tags a new one is sent with.
    tags: { ...optional("object", {}), writes: ["replace", "patch"] },
  },
  filterable: { method: "string", identity: "string", updbUsername: "string", certFingerprint: "string" },
  check(world, next, previous) {
    if (previous === undefined) checkNew(world, next);
  },
  written(world, entity) {
    const secret = typeof entity.password === "string" ? toSecret(entity.password) : {};
    const certificate =
      typeof entity.certPem === "string" ? { fingerprint: toFingerprint(new X509Certificate(entity.certPem)) } : {};
    world.store.update("authenticators", entity.id, { ...secret, ...certificate, password: undefined });
  },
  toDetail(world, entity) {
    const identity = world.store.in("identities").get(String(entity.identityId));
    return {
      identity: identity && toReference("identities", identity),
      salt: undefined,
      hash: undefined,
      password: undefined,
      isIssuedByNetwork: entity.method === "cert" ? false : undefined,
    };
  },
};
