import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { controllerOverHttps } from "../../cli/rotate/administrator";
import { enrollmentPath } from "../../local/doubles/controller/enroll";
import { isRenewalDue } from "../../openziti/engine/renewal";
import { unknown } from "../../openziti/values";
import { tlsFixtures } from "../support/contract-double";
import { clientOf } from "../support/provider-client";
import { type RunningProvider, startProvider } from "../support/provider-engine";
import { ownTags } from "../support/provider-inputs";
import { urnOf, withoutSecrets } from "../support/provider-rpc";

const urn = urnOf("EnrolledIdentity", "ziti-management");
const dayMs = 86_400_000;

type Plain = Record<string, unknown>;

/** Properties with their secrets in clear. */
function opened({ keyPem, ...others }: Plain): Plain {
  return { ...others, keyPem: (keyPem as { value?: unknown }).value ?? keyPem };
}

describe("an identity that the provider enrolls", () => {
  let provider: RunningProvider;
  beforeEach(async () => {
    provider = await startProvider();
    await provider.configure();
  });
  afterEach(() => provider.stop());

  const identities = () => clientOf(provider.double.url).list("identities");
  const namesOf = async () => (await identities()).map(({ name }) => name).filter((name) => name.startsWith("zm"));

  async function create(given: Plain = { namePrefix: "zm", isAdmin: true }) {
    const { inputs, failures } = await provider.rpc.check(urn, given);
    assert.deepEqual(failures, []);
    const { id, properties } = await provider.rpc.create(urn, inputs);
    return { id, inputs, properties };
  }

  it("logs in with its certificate as an administrator of its own, under a name with an ending", async () => {
    const { id, properties } = await create();
    const { certPem, keyPem, name, notAfter } = opened(properties) as Record<string, string>;
    const cluster = { urls: [provider.double.url], ca: tlsFixtures.ca };
    const session = await controllerOverHttps.tryLogIn(cluster, { kind: "certificate", cert: certPem!, key: keyPem! });
    assert.ok(session, "the controller accepts the certificate");
    const owner = await session.whoAmI(ownTags);
    await session.close();
    assert.deepEqual([owner.identityId, owner.name, owner.isAdmin, owner.isOurs], [id, name, true, true]);
    assert.match(name ?? "", /^zm-[0-9a-f]{8}$/);
    assert.equal(notAfter, new Date(new X509Certificate(certPem!).validTo).toISOString());
  });

  it("keeps its key as a secret in every answer, and in none of the requests", async () => {
    const { id, inputs, properties } = await create();
    const read = await provider.rpc.read(urn, id, inputs, properties);
    const updated = await provider.rpc.update(urn, id, inputs, { ...inputs, tags: { ...ownTags, a: "b" } }, properties);
    for (const answer of [properties, read.properties, updated]) {
      assert.equal((withoutSecrets(answer) as Plain)["keyPem"], "[secret]");
      assert.match(String(opened(answer)["keyPem"]), /^-----BEGIN PRIVATE KEY-----/);
    }
    assert.doesNotMatch(JSON.stringify(provider.double.requests), /PRIVATE KEY/);
    assert.doesNotMatch(JSON.stringify(provider.engine.logged), /PRIVATE KEY/);
  });

  it("shows no certificate in a preview and sends nothing", async () => {
    const { inputs } = await provider.rpc.check(urn, { namePrefix: "zm" });
    const { properties } = await provider.rpc.create(urn, inputs, true);
    assert.equal(properties["certPem"], unknown);
    assert.deepEqual(provider.double.requests, []);
  });

  it("stays as it is while its certificate is good, and is replaced before the old one goes when it is not", async () => {
    const { id, inputs, properties } = await create();
    assert.equal((await provider.rpc.diff(urn, id, inputs, inputs, properties)).hasChanges, false);
    const lost = await provider.rpc.diff(urn, id, inputs, inputs, { ...properties, certPem: "" });
    assert.deepEqual([lost.replaces, lost.deleteFirst], [["certPem"], false]);
    const renamed = await provider.rpc.diff(urn, id, inputs, { ...inputs, namePrefix: "other" }, properties);
    assert.deepEqual([renamed.replaces, renamed.deleteFirst], [["namePrefix"], false]);
  });

  it("finds at a refresh that its certificate was taken away, that it is no administrator any more, and that it is gone", async () => {
    const { id, inputs, properties } = await create();
    const client = clientOf(provider.double.url);
    const same = await provider.rpc.read(urn, id, inputs, properties);
    assert.deepEqual([same.inputs, same.properties], [inputs, properties]);
    await client.patch("identities", id, { isAdmin: false });
    const weaker = await provider.rpc.read(urn, id, inputs, properties);
    assert.deepEqual((await provider.rpc.diff(urn, id, weaker.inputs, inputs, weaker.properties)).replaces, [
      "isAdmin",
    ]);
    const [authenticator] = (await client.list("authenticators")).filter(({ identityId }) => identityId === id);
    await client.remove("authenticators", authenticator?.id ?? "");
    const bare = await provider.rpc.read(urn, id, inputs, properties);
    assert.ok((await provider.rpc.diff(urn, id, bare.inputs, inputs, bare.properties)).replaces.includes("certPem"));
    await client.remove("identities", id);
    assert.equal((await provider.rpc.read(urn, id, inputs, properties)).id, "");
  });

  it("leaves nothing behind when the controller does not certify it, and removes what a killed run left", async () => {
    const killed = { name: "zm-0badcafe", type: "Default", isAdmin: true, enrollment: { ott: true }, tags: ownTags };
    const client = clientOf(provider.double.url);
    await client.create("identities", killed);
    await client.create("identities", { ...killed, name: "zm-of-another", isAdmin: false });
    const { id } = await create();
    assert.deepEqual(
      (await namesOf()).filter((name) => name === "zm-0badcafe"),
      [],
    );
    assert.equal((await namesOf()).length, 2, "one of another program, and the new one");
    provider.double.addFault({ collection: enrollmentPath, respond: "UNHANDLED" });
    await assert.rejects(create(), /Enrolling the new identity/);
    assert.deepEqual(
      (await identities()).filter(({ name }) => /^zm-[0-9a-f]{8}$/.test(name)).map((each) => each.id),
      [id],
    );
  });

  it("goes with its certificate, once", async () => {
    const { id, properties } = await create();
    await provider.rpc.delete(urn, id, properties);
    await provider.rpc.delete(urn, id, properties);
    assert.deepEqual(await namesOf(), []);
  });

  it("cannot be imported, for nobody else has its key", async () => {
    await assert.rejects(provider.rpc.read(urn, "some-id"), /cannot be imported/);
  });

  it("names every wrong property", async () => {
    const { failures } = await provider.rpc.check(urn, { isAdmin: "yes", roles: [] });
    assert.deepEqual(failures.map(({ property }) => property).sort(), ["isAdmin", "namePrefix", "roles"]);
  });
});

describe("the renewal of a certificate", () => {
  const { validFrom, validTo } = new X509Certificate(tlsFixtures.client.cert);
  const end = Date.parse(validTo);

  it("is due in the last thirty days of a long life, and when there is none", () => {
    assert.equal(isRenewalDue(tlsFixtures.client.cert, Date.parse(validFrom)), false);
    assert.equal(isRenewalDue(tlsFixtures.client.cert, end - 31 * dayMs), false);
    assert.equal(isRenewalDue(tlsFixtures.client.cert, end - 29 * dayMs), true);
    assert.equal(isRenewalDue("", 0), true);
  });
});
