import assert from "node:assert/strict";
import { type ByPath, problemsOf, production, settingsOf } from "./parsing";

const none: ByPath = { "overlay.clusterDns": "none" };
const acme: ByPath = { ...none, domain: "agyn.acme.io" };
const policies: ByPath = {
  "networkPolicies.enabled": true,
  "networkPolicies.apiServer": ["192.0.2.10/32"],
  "networkPolicies.clusterAddresses": ["192.0.2.0/24"],
};

const problems: readonly (readonly [string, ByPath, RegExp | undefined])[] = [
  ["names below localhost that nobody gives to pods", none, /ziti\.agyn\.localhost unknown in the cluster/],
  ["names that lead to the load balancer while policies close it to pods", { ...acme, ...policies }, /close to pods/],
  ["the load balancer without policies", acme, undefined],
  ["lines of the operator's with policies", { ...acme, ...policies, "overlay.clusterDns": "external" }, undefined],
  ["lines of the program's with policies", { ...acme, ...policies, "overlay.clusterDns": "corefile" }, undefined],
  [
    "a controller of the operator's, whose names are not the program's",
    { ...production, ...none, ...policies },
    undefined,
  ],
];

describe("the cluster's DNS", () => {
  it("is looked at in bootstrap and left alone in production", () => {
    assert.deepEqual(
      [{}, production].map((values) => settingsOf(values).overlay.clusterDns),
      ["auto", "none"],
    );
  });

  for (const [title, values, reason] of problems) {
    it(`${reason === undefined ? "may be" : "is refused with"} ${title}`, () => {
      const found = problemsOf(values).map((problem) => [problem.key, problem.reason, problem.fix.join("\n")]);
      if (reason === undefined) return assert.deepEqual(found, []);
      const [[key, said, fix] = [], ...more] = found;
      assert.deepEqual([key, more], ["overlay.clusterDns", []]);
      assert.match(said ?? "", reason);
      assert.match(fix ?? "", /pulumi config set .*overlay\.clusterDns.? auto/);
    });
  }
});
