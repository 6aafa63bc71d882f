import assert from "node:assert/strict";
import { ContractApi, ContractCase, assertError } from "./contract-api";

function logIn(api: ContractApi, body: object, method = "password"): ReturnType<ContractApi["call"]> {
  return api.call("POST", `/authenticate?method=${method}`, body);
}

/** Authentication, sessions, the envelopes of errors, and what needs no session. */
export const sessionCases: readonly ContractCase[] = [
  {
    title: "opens a session for the administrator and says how long it lives",
    async run(api) {
      const { body, headers } = await api.logIn();
      assert.equal(headers["zt-session"], body.data.token);
      assert.equal(body.data.expirationSeconds, 1800);
      assert.deepEqual([body.data.isMfaRequired, body.data.authQueries], [false, []]);
    },
  },
  {
    title: "refuses a wrong password with INVALID_AUTH",
    async run(api) {
      assertError(
        await logIn(api, { username: api.target.username, password: "not the password" }),
        401,
        "INVALID_AUTH",
      );
    },
  },
  {
    title: "refuses an unknown user as it refuses a wrong password",
    async run(api) {
      assertError(await logIn(api, { username: "nobody-knows", password: "not the password" }), 401, "INVALID_AUTH");
    },
  },
  {
    title: "refuses a password under five characters before it looks at it",
    async run(api) {
      const reply = await logIn(api, { username: api.target.username, password: "four" });
      assertError(reply, 400, "COULD_NOT_VALIDATE", "password");
    },
  },
  {
    title: "refuses a client without a certificate that wants to log in by certificate",
    async run(api) {
      assertError(await logIn(api, {}, "cert"), 401, "INVALID_AUTH");
    },
  },
  {
    title: "refuses a request without a session",
    async run(api) {
      api.token = undefined;
      assertError(await api.call("GET", "/services"), 401, "UNAUTHORIZED");
      await api.logIn();
    },
  },
  {
    title: "refuses a session it does not know",
    async run(api) {
      api.token = "00000000-0000-0000-0000-000000000000";
      assertError(await api.call("GET", "/services"), 401, "UNAUTHORIZED");
      await api.logIn();
    },
  },
  {
    title: "shows the current session and identity",
    async run(api) {
      const session = await api.call("GET", "/current-api-session");
      const identity = await api.call("GET", "/current-identity");
      assert.equal(session.body.data.identityId, identity.body.data.id);
      assert.equal(identity.body.data.isAdmin, true);
    },
  },
  {
    title: "ends a session that logs out",
    async run(api) {
      assert.equal((await api.call("DELETE", "/current-api-session")).status, 200);
      assertError(await api.call("GET", "/services"), 401, "UNAUTHORIZED");
      await api.logIn();
    },
  },
  {
    title: "says its version to anyone, below the base path and at the root",
    async run(api) {
      api.token = undefined;
      const below = await api.call("GET", "/version");
      const root = await api.send("GET", "/version");
      assert.deepEqual([below.status, root.status], [200, 200]);
      assert.match(String(below.body.data.version), /^v\d+\.\d+\./);
      assert.equal(root.body.data.version, below.body.data.version);
    },
  },
  {
    title: "refuses a log-in without a method, and one by a method it does not know",
    async run(api) {
      assertError(await api.call("POST", "/authenticate", {}), 602, "COULD_NOT_VALIDATE", "method");
      assertError(await logIn(api, {}, "guess"), 606, "COULD_NOT_VALIDATE", "method");
    },
  },
  {
    title: "refuses a log-in by password without a password",
    async run(api) {
      assertError(await logIn(api, {}), 400, "COULD_NOT_VALIDATE");
    },
  },
  {
    title: "carries a request id and its versions in an error",
    async run(api) {
      const { body } = await api.call("GET", "/services/no-such-id");
      assert.ok(body.error.requestId);
      assert.match(String(body.meta.apiVersion), /^\d+\.\d+\.\d+$/);
    },
  },
  {
    title: "answers an unknown collection with NOT_FOUND",
    async run(api) {
      const reply = await api.send("GET", "/edge/management/v1/no-such-collection");
      assertError(reply, 404, "NOT_FOUND");
    },
  },
  {
    title: "answers a method a resource does not have with METHOD_NOT_ALLOWED",
    async run(api) {
      const reply = await api.send("DELETE", "/edge/management/v1/services");
      assertError(reply, 405, "METHOD_NOT_ALLOWED");
    },
  },
];
