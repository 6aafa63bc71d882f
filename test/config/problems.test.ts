import assert from "node:assert/strict";
import { formatProblems } from "../../config/problems";
import { context, problemsOf } from "./parsing";

describe("the message about configuration problems", () => {
  it("lists each with key, value, what is allowed and the fix, sorted by key", () => {
    const problems = problemsOf({
      profile: "production",
      "overlay.zone": "dev",
      "ingress.port": 70000,
      domain: "Acme.io",
      controller: {},
    });
    const text = formatProblems(
      problems.filter(({ key }) => /^(domain|ingress.port|overlay.zone)$/.test(key)),
      context,
    );
    assert.equal(
      text,
      `3 configuration problems in stack 'prod'; no resource was touched.

  domain  label "Acme" has upper-case letters
    received  "Acme.io"
    allowed   a DNS name in lower case with two labels or more, no scheme, port, path, wildcard or trailing dot
    fix       pulumi config set --path 'agyn-networking:domain' acme.io

  ingress.port  is outside the range of ports
    received  70000
    allowed   a whole number from 1 to 65535
    fix       pulumi config set --path 'agyn-networking:ingress.port' 443

  overlay.zone  is a public top-level domain: the overlay would hide those internet names
    received  "dev"
    allowed   a DNS zone in lower case that the public internet does not have, such as "ziti"
    fix       pulumi config set --path 'agyn-networking:overlay.zone' ziti`,
    );
  });

  it("counts one problem as one", () => {
    assert.match(
      formatProblems(problemsOf({ "ingress.port": 0 }), context),
      /^1 configuration problem in stack 'prod'/,
    );
  });

  it("says PEM instead of its content", () => {
    const [problem] = problemsOf({ "controller.ca": "-----BEGIN X-----\nabc\n-----END X-----\n".repeat(2) });
    assert.equal(problem?.received, "PEM, 2 × X");
  });

  it("shortens long values", () => {
    const [problem] = problemsOf({ "ingress.tls.mode": "x".repeat(500) });
    assert.ok((problem?.received.length ?? 0) < 120);
  });

  it("removes a value of the wrong form before it sets the items of a list", () => {
    const [problem] = problemsOf({ "networkPolicies.llmProviders": "203.0.113.0/24" });
    assert.deepEqual(problem?.fix, [
      "pulumi config rm --path 'agyn-networking:networkPolicies.llmProviders'",
      "pulumi config set --path 'agyn-networking:networkPolicies.llmProviders[0]' 203.0.113.0/24",
    ]);
  });

  it("quotes what a shell would take apart", () => {
    const problems = problemsOf({ "mesh.extraCallers": "x" });
    const because = problems[0]?.fix.find((command) => command.includes("because"));
    assert.equal(
      because,
      "pulumi config set --path 'agyn-networking:mesh.extraCallers[0].because' 'our reconciler starts workloads by itself'",
    );
  });
});
