import assert from "node:assert/strict";
import { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { AuthenticationError, UnreachableError } from "../../openziti/client/errors";
import { administrator, startTestDouble } from "../support/contract-double";
import { clientOf } from "../support/provider-client";
import { login, startScriptedServer } from "../support/provider-https";

describe("session with the controller", () => {
  let double: ControllerDouble;
  beforeEach(async () => {
    double = await startTestDouble();
  });
  afterEach(() => double.close());
  const logins = () => double.requests.filter(({ path }) => path === "/authenticate");

  it("sends nothing before it is needed", async () => {
    await clientOf(double.url).close();
    assert.deepEqual(double.requests, []);
  });

  it("logs in once for many concurrent callers", async () => {
    const client = clientOf(double.url);
    await Promise.all(Array.from({ length: 20 }).map(() => client.list("services")));
    assert.equal(logins().length, 1);
    await client.close();
  });

  it("logs in again, once, when the session has expired under many callers", async () => {
    const client = clientOf(double.url);
    await client.list("services");
    double.expireSessions();
    await Promise.all(Array.from({ length: 20 }).map(() => client.list("services")));
    assert.equal(logins().length, 2);
    await client.close();
  });

  it("creates an object once although the session expired before", async () => {
    const client = clientOf(double.url);
    await client.list("services");
    double.expireSessions();
    await client.create("services", { name: "a", tags: { t: "1" }, encryptionRequired: true });
    assert.equal((await client.list("services")).length, 1);
    await client.close();
  });

  it("logs out", async () => {
    const client = clientOf(double.url);
    await client.list("services");
    await client.close();
    const last = double.requests.at(-1);
    assert.deepEqual([last?.method, last?.path, last?.status], ["DELETE", "/current-api-session", 200]);
  });

  it("tries a wrong password once, however many callers there are, and never shows it", async () => {
    const credential = { method: "password", username: administrator.username, password: "hunter22" } as const;
    const client = clientOf(double.url, { credential });
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }).map(() => client.list("services")));
    await assert.rejects(client.list("configs"), (error: Error) => {
      assert.ok(error instanceof AuthenticationError);
      assert.match(error.message, /INVALID_AUTH.*"username" \(admin\) and "password"/);
      assert.doesNotMatch(error.message, /hunter22/);
      return true;
    });
    assert.ok(outcomes.every(({ status }) => status === "rejected"));
    assert.equal(logins().length, 1);
    await client.close();
  });

  it("takes a password the controller calls malformed for a wrong one", async () => {
    const credential = { method: "password", username: "admin", password: "abc" } as const;
    await assert.rejects(clientOf(double.url, { credential }).list("services"), AuthenticationError);
    assert.equal(logins().length, 1);
  });

  it("tries a login again that never reached the controller", async () => {
    double.addFault({ method: "POST", collection: "authenticate", cut: "before", times: 2 });
    const client = clientOf(double.url);
    assert.deepEqual(await client.list("services"), []);
    assert.equal(logins().length, 3);
    await client.close();
  });

  it("needs no controller to close after a failed login", async () => {
    const client = clientOf("https://127.0.0.1:1", { patience: { deadlineMs: 0, firstWaitMs: 1, longestWaitMs: 1 } });
    await assert.rejects(client.list("services"), UnreachableError);
    await client.close();
  });

  it("refuses a session that waits for a second factor", async () => {
    const json = { data: { token: "half", authQueries: [{ provider: "ziti" }] } };
    const server = await startScriptedServer(() => ({ status: 200, json }));
    await assert.rejects(clientOf(server.url).list("services"), /second factor/);
    await server.close();
  });

  it("does not log in for ever when the controller refuses its own session", async () => {
    const refused = { status: 401, json: { error: { code: "UNAUTHORIZED" } } };
    const server = await startScriptedServer(({ target }) => (target.includes("authenticate") ? login : refused));
    await assert.rejects(clientOf(server.url).list("services"), /must be an admin/);
    assert.equal(server.seen.filter(({ target }) => target.includes("authenticate")).length, 2);
    await server.close();
  });
});
