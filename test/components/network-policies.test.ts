import * as assert from "node:assert/strict";
import { findOne, ofType, registerFailing, registerProgram } from "../support/registrations";

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

describe("the probe of enforcement", () => {
  const pod = "kubernetes:core/v1:Pod";
  const probe = { networkPolicies: { probe: true } };
  const required = { networkPolicies: { probe: true, requireEnforcement: true } };
  const enforced = "allowed=open ingress=closed egress=closed";

  it("is not there unless asked for", async () => {
    const run = await registerProgram("dev", { networkPolicies: { enabled: true } });
    assert.deepEqual(ofType(run, pod), []);
    assert.equal("networkPolicyEnforcement" in run.outputs, false);
  });

  it("puts two bare pods where agents run, after its own two policies", async () => {
    const run = await registerProgram("dev", probe);
    const policies = ofType(run, networkPolicy);
    assert.equal(policies.length, 2);
    for (const role of ["prober", "listener"]) {
      const { inputs, dependsOn } = findOne(run, pod, `network-policies-enforcement-probe-${role}`);
      const { namespace, labels } = inputs.metadata as { namespace: string; labels: Record<string, string> };
      assert.equal(namespace, "agyn-workloads");
      assert.equal(labels["networking.agyn.io/enforcement-probe"], role);
      for (const { name } of policies) assert.ok(dependsOn.includes(name), name);
    }
  });

  it("dials the listener's address, in brackets where a URL wants them", async () => {
    const { inputs } = findOne(await registerProgram("dev", probe), pod, "network-policies-enforcement-probe-prober");
    const [container] = (inputs.spec as { containers: { env: { name: string; value: string }[] }[] }).containers;
    assert.equal(container?.env.find(({ name }) => name === "TARGET")?.value, "[fd70::2]");
  });

  it("publishes its verdict", async () => {
    const { outputs } = await registerProgram("dev", probe, [], { probed: enforced });
    assert.equal((outputs.networkPolicyEnforcement as { verdict: string }).verdict, "enforced");
  });

  it("comes from the registry that mirrors images", async () => {
    const run = await registerProgram("dev", { ...probe, images: { registry: "registry.acme-robotics.io/mirror" } });
    for (const { inputs } of ofType(run, pod)) {
      const [container] = (inputs.spec as { containers: { image: string }[] }).containers;
      assert.match(container?.image ?? "", /^registry\.acme-robotics\.io\/mirror\/library\/busybox:\d/);
    }
  });

  it("lets a stack that requires enforcement pass where it was seen", async () => {
    assert.equal((await registerFailing("dev", required, { probed: enforced })).error, undefined);
  });

  for (const [what, probed] of [
    ["not enforced", "allowed=open ingress=open egress=open"],
    ["not shown to be enforced", undefined],
  ] as const) {
    it(`fails a stack that requires enforcement where policies are ${what}`, async () => {
      const { error } = await registerFailing("dev", required, { probed });
      assert.match(String(error), new RegExp(`requireEnforcement: network policies are ${what}`));
    });
  }
});
