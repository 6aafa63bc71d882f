import assert from "node:assert/strict";
import { problemsOf, production, settingsOf, type ByPath } from "./parsing";

const keysOf = (values: ByPath) =>
  problemsOf(values)
    .map(({ key }) => key)
    .sort();

describe("the production profile", () => {
  it("lists everything that is missing in one go", () => {
    assert.deepEqual(keysOf({ profile: "production" }), [
      "controller.ca",
      "controller.cert",
      "controller.url",
      "domain",
      "ingress.tls.issuer.name",
      "zitiManagement.database",
    ]);
  });

  it("installs nothing that the operator manages", () => {
    const { certManager, mesh, controller, ingress } = settingsOf(production);
    assert.deepEqual([certManager.manage, mesh.manage, controller.manage], [false, false, false]);
    assert.equal(controller.reach, "direct");
    assert.equal(ingress.tls.hsts, true);
  });

  it("does not depend on the name of the stack", () => {
    assert.deepEqual(problemsOf({}, { stack: "production" }), []);
  });

  for (const domain of [
    "example.com",
    "agents.example.org",
    "agents.example",
    "agyn.localhost",
    "agyn.local",
    "agyn.test",
    "changeme.io",
    "agents.your-domain.com",
    "yourcompany.io",
  ]) {
    it(`refuses the domain ${domain}, once, and bootstrap accepts it`, () => {
      const problems = problemsOf({ ...production, domain });
      assert.deepEqual(
        problems.map(({ key }) => key),
        ["domain"],
      );
      assert.match(problems[0]?.reason ?? "", /reserved name|placeholder/);
      assert.deepEqual(problemsOf({ domain }), []);
    });
  }

  for (const [key, value] of [
    ["controller.advertisedHost", "ziti.example.com"],
    ["controller.url", "https://localhost:1280"],
    ["controller.url", "https://127.0.0.1:1280"],
    ["controller.url", "https://ziti.example.com"],
    ["ingress.tls.issuer.name", "selfsigned-issuer"],
    ["ingress.tls.issuer.name", "self-signed"],
    ["ingress.tls.issuer.name", "agyn-bootstrap-ca"],
    ["ingress.tls.issuer.name", "your-issuer"],
  ] as const) {
    it(`refuses ${key} ${value}`, () => assert.deepEqual(keysOf({ ...production, [key]: value }), [key]));
  }

  it("accepts a controller inside the cluster", () => {
    const url = "https://ziti-controller-mgmt.ziti.svc.cluster.local:1281";
    assert.deepEqual(problemsOf({ ...production, "controller.url": url }), []);
  });

  for (const password of ["short", "changeme-changeme", "admin", "password123456"]) {
    it(`refuses the password ${password}, which bootstrap accepts`, () => {
      const credential = { "controller.username": "admin", "controller.password": password };
      const withoutCertificate = { ...production, "controller.cert": undefined, "controller.key": undefined };
      assert.deepEqual(keysOf({ ...withoutCertificate, ...credential }), ["controller.password"]);
      assert.deepEqual(problemsOf(credential), []);
    });
  }

  it("needs no controller settings when it installs the controller itself", () => {
    const { profile, domain, "ingress.tls.issuer.name": issuer } = production;
    const ownDatabase = { "zitiManagement.database": production["zitiManagement.database"] };
    const values = { profile, domain, "ingress.tls.issuer.name": issuer, "controller.manage": true, ...ownDatabase };
    assert.equal(settingsOf(values).controller.url, "https://ziti-controller-mgmt.ziti.svc:1281");
  });

  it("refuses a secret in plain text when nothing below its top-level key is encrypted", () => {
    const encryptedKeys = (...keys: string[]) => ({ isEncrypted: (key: string) => keys.includes(key) });
    const [problem, ...others] = problemsOf(production, encryptedKeys("zitiManagement"));
    assert.deepEqual(others, []);
    assert.equal(problem?.key, "controller.key");
    assert.equal(problem?.received, "[secret]");
    assert.deepEqual(problem?.fix, ["pulumi config set --path --secret 'agyn-networking:controller.key' < key.pem"]);
    assert.deepEqual(problemsOf(production, encryptedKeys("controller", "zitiManagement")), []);
  });

  it("requires a credential of a bootstrap stack too when it brings its own controller", () => {
    assert.deepEqual(keysOf({ "controller.manage": false }), ["controller.ca", "controller.cert", "controller.url"]);
  });
});
