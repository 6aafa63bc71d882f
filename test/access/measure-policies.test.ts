import assert from "node:assert/strict";
import type { Manifest } from "../../access/render/manifest";
import { findOversized, measurePolicies, policyLimits } from "../../access/render/measure-policies";
import { buildModel } from "../../access/model/model";
import { renderAuthorizationPolicies } from "../../access/render/authorization-policies";
import { optionsWithExtras } from "./options";

function policy(name: string, rules: readonly object[], selected = true): Manifest {
  const selector = selected ? { selector: { matchLabels: { app: name } } } : {};
  const metadata = { name, namespace: "platform" };
  return { apiVersion: "security.istio.io/v1", kind: "AuthorizationPolicy", metadata, spec: { ...selector, rules } };
}

const rules = (count: number) => Array.from({ length: count }, () => ({}));
const sources = (count: number) => Array.from({ length: count }, () => ({ source: { principals: ["x"] } }));

describe("the size of policies", () => {
  it("counts policies, rules and bytes, and names the greatest", () => {
    const small = policy("small", rules(1));
    const great = policy("great", rules(3));
    const size = measurePolicies([small, great]);
    const bytes = [small, great].map((manifest) => JSON.stringify(manifest).length);
    assert.deepEqual([size.policies, size.rules, size.bytes], [2, 4, (bytes[0] ?? 0) + (bytes[1] ?? 0)]);
    assert.deepEqual(size.largest, { name: "platform/great", bytes: bytes[1], rules: 3 });
  });

  it("counts for each proxy its own rules and those of its namespace", () => {
    const size = measurePolicies([policy("a", rules(2)), policy("b", rules(1)), policy("all", rules(4), false)]);
    assert.deepEqual(size.rulesPerProxy, { "platform/a": 6, "platform/b": 5 });
  });

  it("passes by what is no authorization policy", () => {
    assert.equal(measurePolicies([{ ...policy("a", rules(2)), kind: "PeerAuthentication" }]).policies, 0);
  });

  for (const [title, oversized, expected] of [
    ["rules", policy("a", rules(513)), /^platform\/a has 513 rules, more than 512$/],
    ["sources in a rule", policy("a", [{ from: sources(513) }]), /513 sources in a rule/],
    ["bytes", policy("a", [{ to: "x".repeat(policyLimits.bytes) }]), /bytes, more than 1500000/],
  ] as const) {
    it(`is over the limit with too many ${title}`, () => {
      const [problem, ...more] = findOversized([policy("b", rules(512)), oversized]);
      assert.match(problem ?? "", expected);
      assert.deepEqual(more, []);
    });
  }

  it("stays far below the limits for the whole platform", () => {
    const manifests = renderAuthorizationPolicies(buildModel(optionsWithExtras()));
    const size = measurePolicies(manifests);
    assert.deepEqual(findOversized(manifests), []);
    assert.ok(size.largest.rules < policyLimits.rules / 10, String(size.largest.rules));
    assert.ok(size.largest.bytes < policyLimits.bytes / 10, String(size.largest.bytes));
    assert.ok(Math.max(...Object.values(size.rulesPerProxy)) < policyLimits.rules / 10);
    assert.ok(size.mostSourcesInRule <= 1);
  });
});
