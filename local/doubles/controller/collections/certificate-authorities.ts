import { randomBytes, X509Certificate } from "node:crypto";
import { fieldError } from "../errors";
import { Kind, named, optional, requiredText, textSet } from "../kind";
import { type Entity, textOf } from "../store";
import type { World } from "../world";
import { toFingerprint } from "./authenticators";

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw fieldError("certPem", "could not parse block #1", pem);
  }
}

const flag = { ...optional("boolean", false), required: ["create", "replace"] as const };

/** Third-party authorities. The proof that their owner holds the key is never asked for here: none is ever verified. */
export const certificateAuthorities: Kind = {
  collection: "cas",
  singular: "ca",
  fields: {
    ...named,
    certPem: { ...requiredText(), required: ["create"], writes: ["create"] },
    isAutoCaEnrollmentEnabled: flag,
    isOttCaEnrollmentEnabled: flag,
    isAuthEnabled: flag,
    identityRoles: { ...textSet(), required: ["create", "replace"] },
    identityNameFormat: { ...requiredText(), initial: "[caName]-[commonName]", required: ["replace"] },
    externalIdClaim: optional("object", undefined),
  },
  filterable: { name: "string", isVerified: "boolean", fingerprint: "string", verificationToken: "string" },
  check(world, next, previous) {
    if (previous !== undefined) return;
    const fingerprint = toFingerprint(readCertificate(textOf(next, "certPem")));
    const holder = world.store.all("cas").find((entry) => entry.fingerprint === fingerprint);
    if (holder !== undefined) throw fieldError("certPem", `certificate already used as CA ${holder.id}`, next.certPem);
  },
  written(world, entity, _body, previous) {
    if (previous !== undefined) return;
    const fingerprint = toFingerprint(readCertificate(textOf(entity, "certPem")));
    const verificationToken = randomBytes(6).toString("base64url");
    world.store.update("cas", entity.id, { fingerprint, verificationToken, isVerified: false });
  },
  toDetail: (_world: World, entity: Entity) => ({ externalIdClaim: entity.externalIdClaim ?? undefined }),
};
