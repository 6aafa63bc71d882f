import assert from "node:assert/strict";
import { parseSettings } from "../../config/parse";
import { context, problemsOf } from "./parsing";

const suggested: [given: string, key: string, suggestion: string | undefined][] = [
  ["networkPolicy.enabled", "networkPolicy", "networkPolicies"],
  ["networkPolicies.enable", "networkPolicies.enable", "networkPolicies.enabled"],
  ["ingress.prot", "ingress.prot", "ingress.port"],
  ["ingress.tls.issuer.nam", "ingress.tls.issuer.nam", "ingress.tls.issuer.name"],
  ["ingress.hosts.cht", "ingress.hosts.cht", "ingress.hosts.chat"],
  ["Domain", "Domain", "domain"],
  ["issuer", "issuer", "ingress.tls.issuer"],
  ["zone", "zone", "overlay.zone"],
  ["controller.pasword", "controller.pasword", "controller.password"],
  ["somethingElseEntirely", "somethingElseEntirely", undefined],
];

describe("unknown keys", () => {
  for (const [given, key, suggestion] of suggested) {
    it(`suggests ${suggestion ?? "nothing"} for ${given}`, () => {
      const [problem, ...others] = problemsOf({ [given]: "x" });
      assert.deepEqual(others, []);
      assert.equal(problem?.key, key);
      const hint = suggestion === undefined ? "" : `: did you mean ${suggestion}?`;
      assert.equal(problem?.reason, `is an unknown key${hint}`);
      assert.deepEqual(problem?.fix, [`pulumi config rm --path 'agyn-networking:${key}'`]);
    });
  }

  it("never shows what an unknown key held: it may be a secret with a misspelled name", () => {
    assert.equal(JSON.stringify(problemsOf({ "controller.pasword": "hunter2-hunter2" })).includes("hunter2"), false);
  });

  it("lists the keys that exist at that place", () => {
    assert.equal(problemsOf({ "ingress.tls.issuer.nam": "x" })[0]?.allowed, "name, kind");
  });

  it("tells when --path was forgotten", () => {
    const result = parseSettings({ "agyn-networking:ingress.port": "8443" }, context);
    assert.ok("problems" in result);
    assert.match(result.problems[0]?.reason ?? "", /set without --path/);
    assert.deepEqual(result.problems[0]?.fix, ["pulumi config rm 'agyn-networking:ingress.port'"]);
  });

  it("does not take a dotted name inside a group for a path", () => {
    const result = parseSettings({ "agyn-networking:ingress": '{"tls.mode":"perHost"}' }, context);
    assert.ok("problems" in result);
    assert.equal(result.problems[0]?.key, "ingress.tls.mode");
  });

  it("is not confused by names that every object has", () => {
    for (const group of ['{"__proto__":{"port":1}}', '{"constructor":1}', '{"toString":1}']) {
      const result = parseSettings(
        { "agyn-networking:ingress": group, "agyn-networking:hasOwnProperty": "1" },
        context,
      );
      assert.ok("problems" in result);
      assert.equal(result.problems.length, 2);
    }
  });

  it("leaves the configuration of providers alone", () => {
    const raw = { "kubernetes:enableServerSideApply": "true", "pulumi:tags": "{}", "openziti:x": "y" };
    assert.ok("settings" in parseSettings(raw, context));
  });
});
