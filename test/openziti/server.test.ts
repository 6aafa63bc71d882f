import assert from "node:assert/strict";
import { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { RunningServer, startServer } from "../../openziti/server";
import { unknown } from "../../openziti/values";
import { administrator, startTestDouble, tlsFixtures } from "../support/contract-double";
import { ownTags } from "../support/provider-inputs";
import { ProviderRpc, secret, urnOf, withoutSecrets } from "../support/provider-rpc";

const service = urnOf("Service");
const router = urnOf("EdgeRouter");

describe("provider over gRPC", () => {
  let double: ControllerDouble;
  let server: RunningServer;
  let rpc: ProviderRpc;
  const connection = (more: object = {}) => ({
    url: double.url,
    ca: tlsFixtures.ca,
    username: administrator.username,
    password: secret(administrator.password),
    stack: "test",
    ...more,
  });
  beforeEach(async () => {
    double = await startTestDouble();
    server = await startServer();
    rpc = new ProviderRpc(server.port);
  });
  afterEach(async () => {
    rpc.close();
    await server.stop();
    await double.close();
  });

  it("accepts secrets, and asks for neither resources nor outputs", async () => {
    const answer = await rpc.handshake();
    assert.deepEqual(
      [answer.getAcceptSecrets(), answer.getAcceptResources(), answer.getAcceptOutputs()],
      [true, false, false],
    );
  });

  it("describes every kind in its schema, with secrets and replacements marked", async () => {
    const schema = JSON.parse((await rpc.getSchema()).getSchema()) as Schema;
    assert.deepEqual(
      Object.keys(schema.resources)
        .map((token) => token.split(":")[2])
        .sort(),
      [
        ...["AuthPolicy", "Authenticator", "CertificateAuthority", "ClusterDns", "Config", "ConfigType", "EdgeRouter"],
        ...["EdgeRouterPolicy", "EnrolledIdentity", "ExternalJwtSigner", "ForeignGrants", "Identity", "OnlineRouter"],
        ...["ReadyController", "Service", "ServiceEdgeRouterPolicy", "ServicePolicy"],
      ],
    );
    const properties = schema.resources["openziti:index:EdgeRouter"]?.properties;
    assert.equal(properties?.["enrollmentJwt"]?.secret, true);
    assert.equal(
      schema.resources["openziti:index:Service"]?.properties["encryptionRequired"]?.willReplaceOnChanges,
      true,
    );
    assert.equal(schema.provider.inputProperties["password"]?.secret, true);
  });

  it("asks about a token that seems to have run out unused: a router that enrolled since is no change", async () => {
    await rpc.configure(connection());
    const { inputs } = await rpc.check(router, { name: "r" });
    const { id, properties } = await rpc.create(router, inputs);
    const ended = { ...properties, enrollmentExpiresAt: "2020-01-01T00:00:00Z" };
    const diff = () => rpc.diff(router, id, inputs, inputs, ended);
    assert.deepEqual((await diff()).details, { enrollmentJwt: "UPDATE" });
    double.verifyRouter(id);
    await rpc.configure(connection());
    assert.equal((await diff()).hasChanges, false);
  });

  it("waits for nothing in a preview, and keeps what it waited for", async () => {
    await rpc.configure(connection());
    const [urn, given] = [urnOf("ReadyController"), { look: "kubectl get pods", revisions: [1] }];
    assert.deepEqual((await rpc.check(urn, { revisions: [1] })).failures, [
      { property: "look", reason: "look is required" },
    ]);
    await rpc.create(urn, given, true);
    assert.deepEqual(double.requests, []);
    const { id, properties } = await rpc.create(urn, given);
    assert.ok(double.requests.some(({ path }) => path === "/current-identity"));
    assert.equal((await rpc.diff(urn, id, given, given, properties)).hasChanges, false);
    assert.ok((await rpc.diff(urn, id, given, { ...given, revisions: [2] }, properties)).hasChanges);
    assert.deepEqual((await rpc.read(urn, id, given, properties)).inputs, given);
  });

  it("does not speak to the controller before there is something to do", async () => {
    await rpc.checkConfig(connection());
    await rpc.configure(connection());
    await rpc.check(service, { name: "s" });
    await rpc.create(service, { name: "s", configs: [unknown] }, true);
    assert.deepEqual(double.requests, []);
  });

  it("goes through the life of an object", async () => {
    await rpc.configure(connection());
    const { inputs, failures } = await rpc.check(service, { name: "gateway", roleAttributes: ["b", "a"] });
    assert.deepEqual(failures, []);
    const { id, properties } = await rpc.create(service, inputs);
    assert.deepEqual(properties, inputs);
    const unchanged = await rpc.diff(service, id, inputs, { ...inputs, roleAttributes: ["a", "b"] });
    assert.deepEqual(unchanged, { hasChanges: false, details: {}, replaces: [], deleteFirst: false });
    const news = { ...inputs, name: "gateway-2", roleAttributes: ["a"], configs: [] };
    const change = await rpc.diff(service, id, inputs, news);
    assert.deepEqual(change.details, { name: "UPDATE", "roleAttributes[0]": "DELETE" });
    assert.deepEqual(await rpc.update(service, id, inputs, news), news);
    assert.deepEqual(await rpc.read(service, id, news, news), { id, inputs: news, properties: news });
    assert.deepEqual(await rpc.read(service, "gateway-2"), { id, inputs: news, properties: news });
    await rpc.delete(service, id);
    assert.deepEqual(await rpc.read(service, id, news, news), { id: "", inputs: {}, properties: {} });
    await rpc.delete(service, id);
  });

  it("announces a replacement by the property that causes it, old object first", async () => {
    await rpc.configure(connection());
    const { inputs } = await rpc.check(service, { name: "gateway" });
    const change = await rpc.diff(service, "id", inputs, { ...inputs, encryptionRequired: false });
    assert.deepEqual(change, {
      hasChanges: true,
      details: { encryptionRequired: "UPDATE_REPLACE" },
      replaces: ["encryptionRequired"],
      deleteFirst: true,
    });
  });

  it("previews a creation with what is computed as unknown secrets", async () => {
    await rpc.configure(connection());
    const { inputs } = await rpc.check(router, { name: "r" });
    const planned = await rpc.create(router, inputs, true);
    assert.equal(planned.id, "");
    assert.deepEqual(planned.properties["enrollmentJwt"], secret(unknown));
    assert.equal(planned.properties["isVerified"], unknown);
  });

  it("lists all problems of an object, each at its property", async () => {
    await rpc.configure(connection());
    const { failures } = await rpc.check(urnOf("ServicePolicy"), {
      name: " p",
      type: "Dail",
      identityRoles: ["x"],
      serviceRoles: [],
    });
    assert.deepEqual(
      failures.map(({ property }) => property),
      ["name", "type", "identityRoles", "serviceRoles"],
    );
  });

  it("tags what it creates with its stack", async () => {
    await rpc.configure(connection());
    const { inputs } = await rpc.check(service, { name: "s" });
    assert.deepEqual(inputs["tags"], ownTags);
  });

  it("adopts only when the provider was told to", async () => {
    await rpc.configure(connection({ stack: "one" }));
    const { id } = await rpc.create(service, (await rpc.check(service, { name: "s" })).inputs);
    await rpc.configure(connection({ stack: "two" }));
    const { inputs } = await rpc.check(service, { name: "s" });
    await assert.rejects(rpc.create(service, inputs), /belongs to stack "one".*adopt: true/);
    await rpc.configure(connection({ stack: "two", adopt: true }));
    assert.equal((await rpc.create(service, inputs)).id, id);
  });

  it("reports a wrong password, a foreign CA and an unreachable controller in one line each", async () => {
    const wrong = [
      {
        more: { password: secret("hunter22") },
        says: /UNKNOWN: The controller at .* does not accept \(INVALID_AUTH\)/,
      },
      { more: { ca: tlsFixtures.foreignCa }, says: /No trusted TLS connection .* does not chain to "ca"/ },
      { more: { url: "https://unknown.invalid:1281" }, says: /https:\/\/unknown\.invalid:1281 cannot be reached/ },
    ];
    for (const { more, says } of wrong) {
      await rpc.configure(connection(more));
      await assert.rejects(rpc.create(service, { name: "s", tags: {} }), (error: Error) => {
        assert.match(error.message, says);
        assert.doesNotMatch(error.message, /\n|hunter22/);
        return true;
      });
    }
  });

  it("names the way out when a deletion finds no controller", async () => {
    await rpc.configure(connection({ url: "https://unknown.invalid:1281" }));
    await assert.rejects(rpc.delete(service, "id"), /cannot be reached.*set controller\.forget to true/s);
  });

  it("refuses work before it was configured, and kinds it does not know", async () => {
    await assert.rejects(rpc.check(service, { name: "s" }), /before it was configured/);
    await assert.rejects(rpc.check(urnOf("Rocket"), {}), /openziti:index:Rocket is not a kind/);
  });

  it("aborts what is under way and logs out when Pulumi cancels", async () => {
    await rpc.configure(connection());
    const { inputs } = await rpc.check(service, { name: "s" });
    await rpc.create(service, inputs);
    double.addFault({ method: "GET", collection: "services", delayMilliseconds: 5_000 });
    const seen = double.requests.length;
    const pending = assert.rejects(rpc.read(service, "x", inputs), /Cancelled/);
    while (double.requests.length === seen) await new Promise((resolve) => setImmediate(resolve));
    await rpc.cancel();
    await pending;
    assert.equal(double.requests.at(-1)?.path, "/current-api-session");
  });

  it("keeps what came in as a secret in its envelope on every way out", async () => {
    await rpc.configure(connection());
    const { inputs } = await rpc.check(service, { name: "s", roleAttributes: [secret("hunter2")] });
    assert.deepEqual(inputs["roleAttributes"], secret(["hunter2"]));
    const { id, properties } = await rpc.create(service, inputs);
    const read = await rpc.read(service, id, inputs, properties);
    for (const answer of [inputs, properties, read])
      assert.doesNotMatch(JSON.stringify(withoutSecrets(answer)), /hunter2/);
    assert.deepEqual(read.inputs, inputs);
  });
});

interface Schema {
  readonly provider: { readonly inputProperties: Record<string, { secret?: boolean }> };
  readonly resources: Record<
    string,
    { properties: Record<string, { secret?: boolean; willReplaceOnChanges?: boolean }> }
  >;
}
