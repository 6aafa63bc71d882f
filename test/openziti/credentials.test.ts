import assert from "node:assert/strict";
import { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { ControllerClient } from "../../openziti/client/client";
import { Engine } from "../../openziti/engine";
import { check } from "../../openziti/engine/check";
import { diff } from "../../openziti/engine/diff";
import { isTokenExpired } from "../../openziti/engine/token";
import { Properties } from "../../openziti/values";
import { createAuthority } from "../support/certificates";
import { startTestDouble } from "../support/contract-double";
import { clientOf } from "../support/provider-client";
import { checked, kindNamed, ownTags } from "../support/provider-inputs";

const identity = kindNamed("Identity");
const authenticator = kindNamed("Authenticator");
const dayMs = 86_400_000;

describe("credentials the provider gives", () => {
  let double: ControllerDouble;
  let client: ControllerClient;
  const engineAt = (now: number) =>
    new Engine(client, { adopt: false, ownTags, pause: () => Promise.resolve(), now: () => now });
  const engine = () => engineAt(Date.now());
  const logIn = (username: string, password: string) => {
    const session = clientOf(double.url, { credential: { method: "password", username, password } });
    return session.tryFind("services", { name: "x" }).finally(() => session.close());
  };
  beforeEach(async () => {
    double = await startTestDouble();
    client = clientOf(double.url);
  });
  afterEach(async () => {
    await client.close();
    await double.close();
  });

  async function adminNamed(name: string): Promise<string> {
    return (await engine().create(identity, `urn-${name}`, checked(identity, { name, isAdmin: true }))).id;
  }

  it("creates a password, changes it in place, and never reads it back", async () => {
    const given = {
      identityId: await adminNamed("second"),
      method: "updb",
      username: "second",
      password: "first-pass",
    };
    const olds = checked(authenticator, given);
    const { id, state } = await engine().create(authenticator, "urn", olds);
    assert.deepEqual((await client.tryGet("authenticators", id))?.tags, ownTags);
    await logIn("second", "first-pass");
    const news = checked(authenticator, { ...given, password: "other-pass" });
    assert.deepEqual(diff(authenticator, olds, news), [{ path: "password", kind: "update", replaces: false }]);
    await engine().update(authenticator, id, olds, news, state);
    await logIn("second", "other-pass");
    await assert.rejects(logIn("second", "first-pass"), /does not accept/);
    assert.equal((await engine().tryRead(authenticator, id, news, state))?.inputs["password"], "other-pass");
    await engine().remove(authenticator, id, "urn");
    await assert.rejects(logIn("second", "other-pass"), /does not accept/);
  });

  it("finishes a credential whose creation was cut off, although the controller dropped its tags", async () => {
    const identityId = await adminNamed("cut");
    const given = checked(authenticator, { identityId, method: "updb", username: "cut-user", password: "a-password" });
    double.addFault({ method: "POST", collection: "authenticators", cut: "after" });
    const { id } = await engine().create(authenticator, "urn", given);
    const all = await client.list("authenticators", 'method = "updb" and updbUsername = "cut-user"');
    assert.deepEqual([all.map((each) => each.id), all[0]?.tags], [[id], ownTags]);
  });

  it("does not take over another user's credential of the same identity", async () => {
    const identityId = await adminNamed("taken");
    const given = { identityId, method: "updb", username: "theirs", password: "a-password" };
    await engine().create(authenticator, "urn-theirs", checked(authenticator, given));
    const mine = checked(authenticator, { ...given, username: "mine" });
    await assert.rejects(engine().create(authenticator, "urn-mine", mine), /MAX_AUTHENTICATOR_METHODS_REACHED/);
    await logIn("theirs", "a-password");
  });

  it("creates a certificate's credential, and replaces it for another certificate", async () => {
    const authority = await createAuthority("clients");
    const [first, second] = [await authority.issue("one"), await authority.issue("two")];
    const given = { identityId: await adminNamed("cert"), method: "cert", certPem: first.cert };
    const olds = checked(authenticator, given);
    const { state } = await engine().create(authenticator, "urn", olds);
    assert.match(JSON.stringify(state["fingerprint"]), /^"[0-9a-f]{40}"$/);
    const changes = diff(authenticator, olds, checked(authenticator, { ...given, certPem: second.cert }));
    assert.deepEqual(changes, [{ path: "certPem", kind: "update", replaces: true }]);
    assert.deepEqual(
      diff(authenticator, olds, checked(authenticator, { ...given, certPem: `\n${first.cert}\n\n` })),
      [],
    );
  });

  const wrong: readonly (readonly [string, Properties, RegExp])[] = [
    [
      "a password without a user name",
      { method: "updb", password: "long enough" },
      /username is required by method updb/,
    ],
    [
      "a short password",
      { method: "updb", username: "user", password: "four" },
      /password needs at least 5 characters/,
    ],
    [
      "a certificate beside a password",
      { method: "cert", username: "user" },
      /username does not belong to method cert/,
    ],
    ["a certificate that is none", { method: "cert", certPem: "none" }, /certPem must be a PEM certificate/],
    ["a method it does not know", { method: "totp" }, /method must be one of updb, cert/],
  ];
  for (const [what, given, reason] of wrong) {
    it(`refuses ${what}, before anything is sent, and does not show the password`, () => {
      const { failures } = check(authenticator, { identityId: "i", ...given }, { ownTags, secrets: new Set() });
      const said = failures.map((failure) => failure.reason).join("; ");
      assert.match(said, reason);
      assert.doesNotMatch(said, /four|long enough/);
    });
  }

  for (const name of ["Identity", "EdgeRouter"]) {
    it(`issues the token of an ${name} anew when it ran out unused, and only then`, async () => {
      const kind = kindNamed(name);
      const given = checked(kind, { name: "late", ...(name === "Identity" && { enrollment: { ott: true } }) });
      const { id, state } = await engine().create(kind, "urn", given);
      assert.equal(isTokenExpired(kind, state, Date.now()), false);
      assert.equal(isTokenExpired(kind, state, Date.now() + dayMs), true);
      const same = await engine().update(kind, id, given, given, state);
      assert.equal(same.state["enrollmentJwt"], state["enrollmentJwt"]);
      const renewed = await engineAt(Date.now() + dayMs).update(kind, id, given, given, state);
      assert.notEqual(renewed.state["enrollmentJwt"], state["enrollmentJwt"]);
      const posts = double.requests.filter(({ method, path }) => method === "POST" && /refresh|re-enroll/.test(path));
      assert.equal(posts.length, 1);
    });
  }

  it("leaves a router alone that has enrolled, however old its token is", async () => {
    const kind = kindNamed("EdgeRouter");
    const given = checked(kind, { name: "enrolled" });
    const { id, state } = await engine().create(kind, "urn", given);
    double.verifyRouter(id);
    const updated = await engineAt(Date.now() + dayMs).update(kind, id, given, given, state);
    assert.deepEqual([updated.state["isVerified"], updated.state["enrollmentJwt"]], [true, state["enrollmentJwt"]]);
    assert.equal(isTokenExpired(kind, updated.state, Date.now() + dayMs), false);
    assert.equal(double.requests.filter(({ path }) => path.endsWith("re-enroll")).length, 0);
  });

  it("issues a router's used token anew when its volume is another one, and only then", async () => {
    const kind = kindNamed("EdgeRouter");
    const on = (volume: string, more: Properties = {}) => checked(kind, { name: "moved", volume, ...more });
    const { id, state } = await engine().create(kind, "urn", on("first"));
    double.verifyRouter(id);
    const same = await engine().update(kind, id, on("first"), on("first", { cost: 7 }), state);
    assert.deepEqual([same.state["isVerified"], same.state["enrollmentJwt"]], [true, state["enrollmentJwt"]]);
    const moved = await engine().update(kind, id, on("first", { cost: 7 }), on("second", { cost: 7 }), same.state);
    assert.equal(moved.state["isVerified"], false);
    assert.notEqual(moved.state["enrollmentJwt"], state["enrollmentJwt"]);
    assert.equal(double.requests.filter(({ path }) => path.endsWith("re-enroll")).length, 1);
    assert.ok(double.requests.every(({ body }) => !JSON.stringify(body ?? {}).includes("volume")));
  });

  it("never touches a built-in config type, which the controller would delete with all configs of it", async () => {
    const kind = kindNamed("ConfigType");
    const found = await engine().tryRead(kind, "intercept.v1");
    assert.ok(found);
    await assert.rejects(engine().remove(kind, found.id, "urn"), /built into the controller/);
    const news = { ...found.inputs, schema: { type: "object" } };
    await assert.rejects(engine().update(kind, found.id, found.inputs, news, found.state), /built into the controller/);
    assert.ok(double.requests.every(({ method }) => method === "GET" || method === "POST"));
  });
});
