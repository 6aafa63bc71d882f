import * as assert from "node:assert/strict";
import { ofType, registerProgram } from "../support/registrations";

const networkPolicy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

interface PolicySpec {
  readonly podSelector: object;
  readonly policyTypes: readonly string[];
  readonly ingress?: unknown;
  readonly egress?: unknown;
}

describe("network policies, switched on", () => {
  it("add their set and change nothing else", async () => {
    const off = await registerProgram("dev", {});
    const on = await registerProgram("dev", { networkPolicies: { enabled: true } });
    const others = (run: typeof on) => run.registrations.filter(({ type }) => type !== networkPolicy);
    assert.deepEqual(others(on), others(off));
    assert.ok(ofType(on, networkPolicy).length > 0);
    assert.equal((on.outputs.networkPolicies as string[]).length, ofType(on, networkPolicy).length);
  });

  it("deny by default in every managed namespace, after the flows were allowed", async () => {
    const run = await registerProgram("dev", { networkPolicies: { enabled: true } });
    const policies = ofType(run, networkPolicy);
    const denies = policies.filter(({ inputs }) => {
      const { ingress, egress } = inputs.spec as PolicySpec;
      return ingress === undefined && egress === undefined;
    });
    const namespaces = denies.map(({ inputs }) => (inputs.metadata as { namespace: string }).namespace);
    assert.ok(namespaces.includes("agyn-platform") && namespaces.includes("agyn-workloads"), namespaces.join());
    for (const { inputs, dependsOn } of denies) {
      const { podSelector, policyTypes } = inputs.spec as PolicySpec;
      assert.deepEqual(podSelector, {});
      assert.deepEqual([...policyTypes].sort(), ["Egress", "Ingress"]);
      assert.ok(dependsOn.length >= policies.length - denies.length);
    }
  });
});
