import { X509Certificate } from "node:crypto";
import { ApiError, fieldError } from "../errors";
import { Kind, named, optional, requiredText, textSet } from "../kind";
import { type Entity, type Fields, textOf } from "../store";
import type { World } from "../world";
import { toFingerprint } from "./authenticators";

function refuseField(field: string, reason: string): ApiError {
  return new ApiError("INVALID_FIELD", {
    code: "UNHANDLED",
    message: `the value for '${field}' is invalid: ${reason}`,
  });
}

function fingerprintOf(fields: Fields): string | null {
  const pem = textOf(fields, "certPem");
  return pem === "" ? null : toFingerprint(new X509Certificate(pem));
}

function check(world: World, next: Fields, previous?: Entity): void {
  const whole = { ...previous, ...next };
  const [pem, endpoint] = [textOf(whole, "certPem"), textOf(whole, "jwksEndpoint")];
  if (pem === "" && endpoint === "") throw refuseField("certPem", "jwksEndpoint or certPem is required");
  if (pem !== "" && endpoint !== "") {
    throw refuseField("jwksEndpoint", "only one of jwksEndpoint or certPem may be defined");
  }
  const fingerprint = fingerprintOf(whole);
  const others = world.store.all("external-jwt-signers").filter(({ id }) => id !== previous?.id);
  if (fingerprint !== null && others.some((entry) => fingerprintOf(entry) === fingerprint)) {
    throw fieldError("fingerprint", "duplicate value in unique index on externalJwtSigners store", fingerprint);
  }
}

function allowing(world: World, id: string): Entity | undefined {
  return world.store.all("auth-policies").find(({ primary }) => {
    const signers = (primary as { extJwt?: { allowedSigners?: string[] | null } }).extJwt?.allowedSigners;
    return signers?.includes(id) ?? false;
  });
}

/** Authorities whose JWTs let identities in. Nobody logs in by one here. */
export const externalJwtSigners: Kind = {
  collection: "external-jwt-signers",
  singular: "externalJwtSigner",
  fields: {
    ...named,
    enabled: { ...optional("boolean", false), required: ["create", "replace"] },
    issuer: requiredText(),
    audience: requiredText(),
    certPem: optional("string", null),
    jwksEndpoint: optional("string", null),
    kid: optional("string", null),
    claimsProperty: optional("string", "/sub"),
    useExternalId: optional("boolean", false),
    clientId: optional("string", null),
    scopes: textSet(),
    externalAuthUrl: optional("string", null),
    targetToken: { schema: { type: "string", enum: ["ACCESS", "ID"], nullable: true }, initial: "ACCESS" },
  },
  filterable: { name: "string", enabled: "boolean", issuer: "string", kid: "string", fingerprint: "string" },
  check,
  removing(world, { id }) {
    const policy = allowing(world, id);
    if (policy === undefined) return;
    throw new ApiError("CAN_NOT_DELETE_REFERENCED_ENTITY", {
      field: "primary.extJwt.allowedSigners",
      reason: `entity type externalJwtSigners referenced by authPolicies: [${policy.id}]`,
      value: `[${policy.id}]`,
    });
  },
  toDetail(_world, entity) {
    const pem = textOf(entity, "certPem");
    const certificate = pem === "" ? undefined : new X509Certificate(pem);
    const time = (text: string | undefined) =>
      text === undefined ? "0001-01-01T00:00:00.000Z" : new Date(text).toISOString();
    return {
      fingerprint: fingerprintOf(entity),
      commonName: certificate?.subject.replace(/^[\s\S]*CN=/, "") ?? "",
      notBefore: time(certificate?.validFrom),
      notAfter: time(certificate?.validTo),
      externalAuthUrl: entity.externalAuthUrl || null,
    };
  },
};
