import assert from "node:assert/strict";
import { createAuthority } from "./certificates";
import { ContractApi, ContractCase, assertError } from "./contract-api";

async function authority(api: ContractApi): Promise<object> {
  const name = api.name("ca");
  const { certPem } = await createAuthority(name);
  const flags = { isAutoCaEnrollmentEnabled: false, isOttCaEnrollmentEnabled: true, isAuthEnabled: true };
  return { name, certPem, ...flags, identityRoles: [] };
}

function signer(api: ContractApi, more: object = {}): object {
  const jwksEndpoint = "https://127.0.0.1:1/jwks";
  return {
    name: api.name("signer"),
    enabled: true,
    issuer: api.name("https://i"),
    audience: "a",
    jwksEndpoint,
    ...more,
  };
}

/** Authorities, signers of tokens, and authenticators: whom the controller lets in. */
export const trustCases: readonly ContractCase[] = [
  {
    title: "shows a new authority unverified, with the token that proves its key and a default name format",
    async run(api) {
      const shown = await api.read("cas", await api.create("cas", await authority(api)));
      assert.equal(shown.isVerified, false);
      assert.equal(shown.identityNameFormat, "[caName]-[commonName]");
      assert.equal(shown.identityRoles, null);
      assert.ok(shown.verificationToken && /^[0-9a-f]{40}$/.test(String(shown.fingerprint)));
    },
  },
  {
    title: "refuses a second authority with the same certificate, whatever its name",
    async run(api) {
      const body = await authority(api);
      await api.create("cas", body);
      const reply = await api.call("POST", "/cas", { ...body, name: api.name("ca") });
      assertError(reply, 400, "COULD_NOT_VALIDATE", "certPem");
    },
  },
  {
    title: "refuses an authority whose certificate is none",
    async run(api) {
      const reply = await api.call("POST", "/cas", { ...(await authority(api)), certPem: "none" });
      assertError(reply, 400, "COULD_NOT_VALIDATE", "certPem");
    },
  },
  {
    title: "refuses an authority without roles",
    async run(api) {
      const reply = await api.call("POST", "/cas", { ...(await authority(api)), identityRoles: undefined });
      assertError(reply, 400, "COULD_NOT_VALIDATE", "identityRoles");
    },
  },
  {
    title: "changes exactly what a PATCH of an authority names",
    async run(api) {
      const id = await api.create("cas", await authority(api));
      const before = await api.read("cas", id);
      await api.call("PATCH", `/cas/${id}`, { isAuthEnabled: false, identityRoles: ["b", "a"] });
      const { isAuthEnabled, identityRoles, ...rest } = await api.read("cas", id);
      assert.deepEqual([isAuthEnabled, identityRoles], [false, ["a", "b"]]);
      assert.equal(rest.isOttCaEnrollmentEnabled, before.isOttCaEnrollmentEnabled);
      assert.equal(rest.certPem, before.certPem);
    },
  },
  {
    title: "opens an enrollment for a one-time token with a certificate of an authority",
    async run(api) {
      const ottca = await api.create("cas", await authority(api));
      const body = { name: api.name("identity"), type: "Default", isAdmin: false, enrollment: { ottca } };
      const { enrollment } = await api.read("identities", await api.create("identities", body));
      assert.deepEqual(Object.keys(enrollment as object), ["ottca"]);
    },
  },
  {
    title: "fills in the defaults of a signer of tokens",
    async run(api) {
      const shown = await api.read("external-jwt-signers", await api.create("external-jwt-signers", signer(api)));
      const { claimsProperty, useExternalId, targetToken, scopes, clientId, certPem, fingerprint } = shown;
      assert.deepEqual([claimsProperty, useExternalId, targetToken], ["/sub", false, "ACCESS"]);
      assert.deepEqual([scopes, clientId, certPem, fingerprint], [null, null, null, null]);
    },
  },
  {
    title: "refuses a signer with neither keys nor certificate, and one with both",
    async run(api) {
      const none = await api.call("POST", "/external-jwt-signers", signer(api, { jwksEndpoint: undefined }));
      assertError(none, 400, "INVALID_FIELD");
      const { certPem } = await createAuthority("both");
      assertError(
        await api.call("POST", "/external-jwt-signers", signer(api, { certPem, kid: "k" })),
        400,
        "INVALID_FIELD",
      );
    },
  },
  {
    title: "refuses a second signer with the same certificate",
    async run(api) {
      const { certPem } = await createAuthority(api.name("signer"));
      const own = { certPem, kid: api.name("kid"), jwksEndpoint: undefined };
      await api.create("external-jwt-signers", signer(api, own));
      const reply = await api.call("POST", "/external-jwt-signers", signer(api, { ...own, kid: api.name("kid") }));
      assertError(reply, 400, "COULD_NOT_VALIDATE", "fingerprint");
    },
  },
  {
    title: "resets what a PUT of a signer leaves out",
    async run(api) {
      const body = signer(api, { clientId: "c", scopes: ["b", "a"], useExternalId: true });
      const id = await api.create("external-jwt-signers", body);
      await api.call("PUT", `/external-jwt-signers/${id}`, { ...body, clientId: undefined, scopes: undefined });
      const { clientId, scopes, useExternalId } = await api.read("external-jwt-signers", id);
      assert.deepEqual([clientId, scopes, useExternalId], [null, null, true]);
    },
  },
  {
    title: "drops the tags a new authenticator is sent with, and takes them by PATCH",
    async run(api) {
      const identity = { name: api.name("identity"), type: "Default", isAdmin: false };
      const identityId = await api.create("identities", identity);
      const credentials = { username: api.name("user"), password: "a long password" };
      const tags = { "agyn-stack": "test" };
      const id = await api.create("authenticators", { identityId, method: "updb", ...credentials, tags });
      assert.deepEqual((await api.read("authenticators", id)).tags, {});
      await api.call("PATCH", `/authenticators/${id}`, { tags });
      assert.deepEqual((await api.read("authenticators", id)).tags, tags);
    },
  },
  {
    title: "finds an authenticator by identity, method and user name, and refuses a user name that is taken",
    async run(api) {
      const identity = () => ({ name: api.name("identity"), type: "Default", isAdmin: false });
      const identityId = await api.create("identities", identity());
      const credentials = { method: "updb", username: api.name("user"), password: "a long password" };
      const id = await api.create("authenticators", { identityId, ...credentials });
      const key = `identity = "${identityId}" and method = "updb" and updbUsername = "${credentials.username}"`;
      assert.deepEqual(
        (await api.find("authenticators", key)).map((found) => found.id),
        [id],
      );
      const other = await api.create("identities", identity());
      const reply = await api.call("POST", "/authenticators", { identityId: other, ...credentials });
      assertError(reply, 400, "COULD_NOT_VALIDATE", "updbUsername");
    },
  },
  {
    title: "changes the schema of a config type by PATCH, and marks none as the system's own",
    async run(api) {
      const id = await api.create("config-types", { name: api.name("type"), schema: { type: "object" } });
      assert.equal((await api.read("config-types", id)).isSystem, undefined);
      const schema = { type: "object", properties: { a: { type: "string" } } };
      assert.equal((await api.call("PATCH", `/config-types/${id}`, { schema })).status, 200);
      assert.deepEqual((await api.read("config-types", id)).schema, schema);
    },
  },
];
