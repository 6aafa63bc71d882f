import assert from "node:assert/strict";
import { ContractApi, ContractCase, Json, assertError } from "./contract-api";

function identity(api: ContractApi, more: object = {}): { name: string; type: string; isAdmin: boolean } {
  return { name: api.name("identity"), type: "Default", isAdmin: false, ...more };
}

interface Ott {
  id: string;
  jwt: string;
  token: string;
  expiresAt: string;
}

function ottOf(shown: Json): Ott | undefined {
  return (shown.enrollment as { ott?: Ott }).ott;
}

function claimsOf(jwt: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString("utf8")) as Record<string, unknown>;
}

/** Identities, their enrollments and authenticators, and authentication policies. */
export const identityCases: readonly ContractCase[] = [
  {
    title: "stores every identity as type Default, whatever type was asked for",
    async run(api) {
      const shown = await api.read("identities", await api.create("identities", identity(api, { type: "Device" })));
      assert.deepEqual([shown.typeId, (shown.type as Json).name], ["Default", "Default"]);
    },
  },
  {
    title: "fills in the defaults of an identity",
    async run(api) {
      const shown = await api.read("identities", await api.create("identities", identity(api)));
      assert.equal(shown.authPolicyId, "default");
      assert.deepEqual(shown.roleAttributes, []);
      assert.equal(shown.isDefaultAdmin, false);
      assert.deepEqual(shown.appData, {});
      assert.deepEqual(shown.enrollment, {});
      assert.deepEqual(shown.authenticators, {});
    },
  },
  {
    title: "refuses a second identity of the same name",
    async run(api) {
      const body = identity(api);
      await api.create("identities", body);
      assertError(await api.call("POST", "/identities", body), 400, "COULD_NOT_VALIDATE", "name");
    },
  },
  {
    title: "refuses an identity without isAdmin",
    async run(api) {
      const reply = await api.call("POST", "/identities", identity(api, { isAdmin: undefined }));
      assertError(reply, 400, "COULD_NOT_VALIDATE", "isAdmin");
    },
  },
  {
    title: "shows a one-time token for an identity that asked for one, with its own end in the token",
    async run(api) {
      const id = await api.create("identities", identity(api, { enrollment: { ott: true } }));
      const ott = ottOf(await api.read("identities", id));
      assert.ok(ott);
      const claims = claimsOf(ott.jwt);
      assert.deepEqual([claims.sub, claims.em, claims.jti], [id, "ott", ott.token]);
      assert.ok(Number(claims.exp) * 1000 > Date.now());
    },
  },
  {
    title: "gives an enrollment a new token when it is refreshed",
    async run(api) {
      const id = await api.create("identities", identity(api, { enrollment: { ott: true } }));
      const before = ottOf(await api.read("identities", id));
      assert.ok(before);
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      assert.equal((await api.call("POST", `/enrollments/${before.id}/refresh`, { expiresAt })).status, 200);
      assert.notEqual(ottOf(await api.read("identities", id))?.jwt, before.jwt);
    },
  },
  {
    title: "refuses a second enrollment of the same method",
    async run(api) {
      const identityId = await api.create("identities", identity(api, { enrollment: { ott: true } }));
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      const reply = await api.call("POST", "/enrollments", { identityId, method: "ott", expiresAt });
      assertError(reply, 409, "ENROLLMENT_EXISTS");
    },
  },
  {
    title: "refuses an enrollment that ends in the past",
    async run(api) {
      const identityId = await api.create("identities", identity(api));
      const reply = await api.call("POST", "/enrollments", {
        identityId,
        method: "ott",
        expiresAt: "2001-01-01T00:00:00Z",
      });
      assertError(reply, 400, "INVALID_FIELD");
    },
  },
  {
    title: "deletes an identity together with its enrollment",
    async run(api) {
      const id = await api.create("identities", identity(api, { enrollment: { ott: true } }));
      const ott = ottOf(await api.read("identities", id));
      assert.ok(ott);
      await api.call("DELETE", `/identities/${id}`);
      assertError(await api.call("GET", `/enrollments/${ott.id}`), 404, "NOT_FOUND");
    },
  },
  {
    title: "refuses an identity with an unknown authentication policy",
    async run(api) {
      const reply = await api.call("POST", "/identities", identity(api, { authPolicyId: "no-such-policy" }));
      assertError(reply, 404, "NOT_FOUND");
    },
  },
  {
    title: "refuses a second identity of the same external id",
    async run(api) {
      const externalId = api.name("external");
      await api.create("identities", identity(api, { externalId }));
      const reply = await api.call("POST", "/identities", identity(api, { externalId }));
      assertError(reply, 400, "COULD_NOT_VALIDATE", "externalId");
    },
  },
  {
    title: "refuses a permission it does not know",
    async run(api) {
      const reply = await api.call("POST", "/identities", identity(api, { permissions: ["root"] }));
      assertError(reply, 400, "COULD_NOT_VALIDATE", "permissions.0");
    },
  },
  {
    title: "refuses to delete the default authentication policy, which identities use",
    async run(api) {
      const reply = await api.call("DELETE", "/auth-policies/default");
      assertError(reply, 409, "CAN_NOT_DELETE_REFERENCED_ENTITY");
    },
  },
  {
    title: "refuses an authentication policy without one of its groups",
    async run(api) {
      const body = { name: api.name("auth-policy"), primary: {}, secondary: {} };
      assertError(await api.call("POST", "/auth-policies", body), 400, "COULD_NOT_VALIDATE", "primary.cert");
    },
  },
  {
    title: "lets an identity without rights see itself and nothing else",
    async run(api) {
      const identityId = await api.create("identities", identity(api));
      const credentials = { username: api.name("user"), password: "a long password" };
      await api.create("authenticators", { identityId, method: "updb", ...credentials });
      const { body } = await api.call("POST", "/authenticate?method=password", credentials);
      api.token = String(body.data.token);
      assert.equal((await api.call("GET", "/current-identity")).body.data.id, identityId);
      assertError(await api.call("GET", "/services"), 401, "UNAUTHORIZED");
      await api.logIn();
    },
  },
  {
    title: "refuses to delete the default administrator",
    async run(api) {
      const [admin] = await api.find("identities", "isDefaultAdmin = true");
      assert.ok(admin);
      const reply = await api.call("DELETE", `/identities/${admin.id}`);
      assertError(reply, 400, "ENTITY_CAN_NOT_BE_DELETED");
    },
  },
  {
    title: "lets an identity in by the password of its authenticator, and only as what it is",
    async run(api) {
      const identityId = await api.create("identities", identity(api));
      const credentials = { username: api.name("user"), password: "a long password" };
      await api.create("authenticators", { identityId, method: "updb", ...credentials });
      const shown = await api.read("identities", identityId);
      assert.equal((shown.authenticators as { updb: { username: string } }).updb.username, credentials.username);
      const { status, body } = await api.call("POST", "/authenticate?method=password", credentials);
      assert.deepEqual([status, body.data.identityId], [200, identityId]);
    },
  },
  {
    title: "refuses a second authenticator of the same method",
    async run(api) {
      const identityId = await api.create("identities", identity(api));
      const body = { identityId, method: "updb", password: "a long password" };
      await api.create("authenticators", { ...body, username: api.name("user") });
      const reply = await api.call("POST", "/authenticators", { ...body, username: api.name("user") });
      assertError(reply, 409, "MAX_AUTHENTICATOR_METHODS_REACHED");
    },
  },
  {
    title: "changes a password with a PATCH of its authenticator",
    async run(api) {
      const identityId = await api.create("identities", identity(api));
      const [username, password] = [api.name("user"), "a new password"];
      const id = await api.create("authenticators", {
        identityId,
        method: "updb",
        username,
        password: "an old password",
      });
      assert.equal((await api.call("PATCH", `/authenticators/${id}`, { password })).status, 200);
      const old = await api.call("POST", "/authenticate?method=password", { username, password: "an old password" });
      assertError(old, 401, "INVALID_AUTH");
      assert.equal((await api.call("POST", "/authenticate?method=password", { username, password })).status, 200);
    },
  },
  {
    title: "has a system authentication policy with the id default",
    async run(api) {
      const shown = await api.read("auth-policies", "default");
      assert.equal(shown.name, "Default");
      const { updb } = shown.primary as { updb: { minPasswordLength: number; maxAttempts: number } };
      assert.deepEqual([updb.minPasswordLength, updb.maxAttempts], [5, 0]);
    },
  },
  {
    title: "merges a PATCH of an authentication policy into what it has",
    async run(api) {
      const { primary, secondary } = await api.read("auth-policies", "default");
      const id = await api.create("auth-policies", { name: api.name("auth-policy"), primary, secondary });
      assert.equal((await api.call("PATCH", `/auth-policies/${id}`, { secondary: { requireTotp: true } })).status, 200);
      const shown = await api.read("auth-policies", id);
      assert.deepEqual(shown.primary, primary);
      assert.equal((shown.secondary as { requireTotp: boolean }).requireTotp, true);
    },
  },
];
