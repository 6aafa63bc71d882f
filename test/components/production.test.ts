import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { productionConfig, productionSecrets } from "../support/production-config";
import { findOne, ofType, registerFailing, registerProgram, type Run } from "../support/registrations";

describe("the production stack", () => {
  describe("with the committed sample", () => {
    let run: Run;
    before(async () => {
      run = await registerProgram("prod", productionConfig(), productionSecrets);
    });

    it("installs nothing that the operator manages", () => {
      assert.deepEqual(ofType(run, "kubernetes:helm.sh/v3:Release"), []);
      assert.deepEqual(ofType(run, "random:index/randomPassword:RandomPassword"), []);
      assert.deepEqual(ofType(run, "kubernetes:cert-manager.io/v1:ClusterIssuer"), []);
      assert.deepEqual(
        ofType(run, "kubernetes:core/v1:Namespace").map(({ name }) => name),
        ["mesh-namespace-platform", "mesh-namespace-workloads"],
      );
    });

    it("asks the configured issuer for the certificate", () => {
      const { spec } = findOne(run, "kubernetes:cert-manager.io/v1:Certificate").inputs as {
        spec: { issuerRef: { name: string; kind: string } };
      };
      const { tls } = (productionConfig().ingress ?? {}) as { tls: { issuer: { name: string } } };
      assert.equal(spec.issuerRef.name, tls.issuer.name);
      assert.equal(spec.issuerRef.kind, "ClusterIssuer");
    });

    it("talks to the configured controller with a certificate whose key stays secret", () => {
      const provider = findOne(run, "pulumi:providers:openziti");
      const { controller } = productionConfig() as { controller: { url: string } };
      assert.equal(provider.inputs.url, controller.url);
      assert.ok(provider.secrets.includes("key"));
    });

    it("publishes no secret", () => {
      const { controller } = productionConfig() as { controller: { key: string } };
      assert.ok(!JSON.stringify(run.outputs).includes(controller.key.split("\n")[1] ?? ""));
      assert.equal((run.outputs.configuration as { controller: { key: string } }).controller.key, "set");
    });
  });

  it("with nothing set names every missing key at once and registers no resource", async () => {
    const { error, registrations } = await registerFailing("prod", { profile: "production" });
    assert.ok(error instanceof pulumi.RunError);
    assert.deepEqual(registrations, []);
    for (const key of ["domain", "ingress.tls.issuer.name", "controller.url", "controller.ca", "controller.cert"]) {
      assert.ok(error.message.includes(key), `names ${key}:\n${error.message}`);
    }
    assert.match(error.message, /pulumi config set/);
  });

  it("labels the namespaces it was told not to create", async () => {
    const run = await registerProgram(
      "prod",
      { ...productionConfig(), namespaces: { create: false } },
      productionSecrets,
    );
    assert.deepEqual(ofType(run, "kubernetes:core/v1:Namespace"), []);
    assert.deepEqual(
      ofType(run, "kubernetes:core/v1:NamespacePatch").map(({ name }) => name),
      ["mesh-namespace-platform", "mesh-namespace-workloads"],
    );
  });
});
