import assert from "node:assert/strict";
import { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { ControllerClient } from "../../openziti/client/client";
import { Engine } from "../../openziti/engine";
import { diff } from "../../openziti/engine/diff";
import { Properties } from "../../openziti/values";
import { startTestDouble, tlsFixtures } from "../support/contract-double";
import { hasOpenApi, OpenApi } from "../support/openapi";
import { clientOf } from "../support/provider-client";
import { checked, kindNamed, ownTags } from "../support/provider-inputs";

const data = { protocols: ["udp", "tcp"], addresses: ["b.ziti", "a.ziti"], portRanges: [{ low: 443, high: 443 }] };

/** For each kind: what is created, and what of it is changed afterwards. */
const lives: readonly (readonly [kind: string, given: Properties, change: Properties])[] = [
  ["Config", { name: "c", configType: "intercept.v1", data }, { data: { ...data, addresses: ["c.ziti"] } }],
  [
    "Service",
    { name: "s", roleAttributes: ["b", "a"] },
    { name: "s2", roleAttributes: [], terminatorStrategy: "random" },
  ],
  [
    "ServicePolicy",
    { name: "p", type: "Bind", identityRoles: ["#z", "#a"], serviceRoles: ["#all"] },
    { identityRoles: ["#b"], tags: { reason: "test" } },
  ],
  [
    "EdgeRouterPolicy",
    { name: "p", edgeRouterRoles: ["#all"], identityRoles: ["#b", "#a"] },
    { identityRoles: ["#all"] },
  ],
  [
    "ServiceEdgeRouterPolicy",
    { name: "p", edgeRouterRoles: ["#r"], serviceRoles: ["#b"] },
    { edgeRouterRoles: ["#all"] },
  ],
  [
    "Identity",
    { name: "i", roleAttributes: ["b", "a"], externalId: "x", enrollment: { ott: true } },
    { isAdmin: true, externalId: "", roleAttributes: ["c"] },
  ],
  [
    "AuthPolicy",
    { name: "a", primary: { cert: { allowed: true } } },
    {
      primary: { updb: { allowed: true, minPasswordLength: 12, requireMixedCase: true } },
      secondary: { requireTotp: true },
    },
  ],
  ["ConfigType", { name: "t", schema: { type: "object" } }, { schema: { type: "object", properties: { a: {} } } }],
  [
    "ExternalJwtSigner",
    { name: "j", issuer: "https://i", audience: "a", certPem: tlsFixtures.ca, kid: "k", scopes: ["b", "a"] },
    { certPem: "", kid: "", jwksEndpoint: "https://i/keys", scopes: [], useExternalId: true },
  ],
  [
    "CertificateAuthority",
    { name: "ca", certPem: `\n${tlsFixtures.ca}\n`, isOttCaEnrollmentEnabled: true },
    { identityRoles: ["b", "a"], isAuthEnabled: false },
  ],
  [
    "EdgeRouter",
    { name: "r", cost: 7, isTunnelerEnabled: true },
    { cost: 0, noTraversal: true, roleAttributes: ["x"] },
  ],
];

describe("provider against the controller's contract", () => {
  let double: ControllerDouble;
  let client: ControllerClient;
  let engine: Engine;
  before(async () => {
    double = await startTestDouble();
    client = clientOf(double.url);
    engine = new Engine(client, { adopt: false, ownTags, pause: () => Promise.resolve(), now: Date.now });
  });
  after(async () => {
    await client.close();
    await double.close();
  });

  for (const [name, given, change] of lives) {
    it(`creates, reads, changes, imports and deletes: ${name}`, async () => {
      const kind = kindNamed(name);
      const inputs = checked(kind, given);
      const { id, state } = await engine.create(kind, "urn", inputs);
      assert.deepEqual((await engine.tryRead(kind, id, inputs, state))?.state, state);
      const news = checked(kind, { ...given, ...change });
      const updated = await engine.update(kind, id, inputs, news, state);
      const imported = await engine.tryRead(kind, news["name"] as string);
      const changes = diff(kind, imported?.inputs ?? {}, news).filter(({ path }) => path !== "enrollment");
      assert.deepEqual(changes, []);
      assert.deepEqual((await engine.tryRead(kind, id, news, updated.state))?.inputs, news);
      await engine.remove(kind, id, "urn");
      assert.equal(await engine.tryRead(kind, id, news), undefined);
    });
  }

  it("finds what a cut connection had created, and does not create it again", async () => {
    const kind = kindNamed("Service");
    double.addFault({ method: "POST", collection: "services", cut: "after" });
    const { id } = await engine.create(kind, "urn", checked(kind, { name: "cut" }));
    const services = await client.list("services");
    assert.deepEqual(
      services.map((service) => service.id),
      [id],
    );
    assert.equal(double.requests.filter(({ method, path }) => method === "POST" && path === "/services").length, 2);
    await engine.remove(kind, id, "urn");
  });

  it("creates once when the connection is cut before the controller saw anything", async () => {
    const kind = kindNamed("Service");
    double.addFault({ method: "POST", collection: "services", cut: "before", times: 2 });
    const { id } = await engine.create(kind, "urn", checked(kind, { name: "late" }));
    assert.equal((await client.list("services")).length, 1);
    await engine.remove(kind, id, "urn");
  });

  it("sends only what the published description of the API allows", function () {
    if (!hasOpenApi) this.skip();
    const api = OpenApi.load();
    const written = double.requests.filter(({ method }) => method !== "GET");
    assert.ok(written.length > 20);
    assert.deepEqual(
      written.flatMap(({ method, path, body }) => api.requestProblems(method, path, body)),
      [],
    );
  });
});
