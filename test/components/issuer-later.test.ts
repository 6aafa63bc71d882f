import * as assert from "node:assert/strict";
import { productionConfig, productionSecrets } from "../support/production-config";
import { ofType, registerProgram, type StackConfig } from "../support/registrations";

const waitsForReady = async (stack: string, config: StackConfig) => {
  const run = await registerProgram(stack, config, productionSecrets);
  const certificates = ofType(run, "kubernetes:cert-manager.io/v1:Certificate");
  assert.ok(certificates.length > 0);
  const waits = certificates.map(({ inputs }) => {
    const { annotations } = inputs.metadata as { annotations?: Record<string, string> };
    return annotations?.["pulumi.com/waitFor"] !== undefined;
  });
  return [...new Set(waits)];
};

describe("a run and the issuer of its certificates", () => {
  it("does not wait where the issuer is the operator's and needs the cert-manager that this run installs", async () => {
    assert.deepEqual(await waitsForReady("prod", { ...productionConfig(), certManager: { manage: true } }), [false]);
  });

  it("does not wait for an operator's issuer in bootstrap either", async () => {
    assert.deepEqual(await waitsForReady("dev", { ingress: { tls: { issuer: { name: "letsencrypt" } } } }), [false]);
  });

  it("waits where the issuer can be there, and for the issuer that it makes itself", async () => {
    assert.deepEqual(await waitsForReady("prod", productionConfig()), [true]);
    assert.deepEqual(await waitsForReady("dev", {}), [true]);
  });
});
