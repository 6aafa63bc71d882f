import assert from "node:assert/strict";
import { problemsOf, production, settingsOf } from "./parsing";

const because = "the OIDC issuer is outside the cluster";
const egress = (entry: object) => ({ "networkPolicies.internetEgress": [{ service: "gateway", because, ...entry }] });
const enabled = { "networkPolicies.enabled": true };
const foreign = { "ingress.provider": "ingress", "ingress.className": "haproxy" };
const exception = (destinations: readonly string[]) => egress({ destinations });

const cases: readonly [string, Record<string, unknown>, RegExp][] = [
  [
    "an unknown service",
    egress({ service: "gatway", destinations: ["198.51.100.7/32"] }),
    /\[0\]\.service is not accepted/,
  ],
  [
    "an exception without a reason",
    { "networkPolicies.internetEgress": [{ service: "gateway", destinations: ["0.0.0.0/0"] }] },
    /\.because is missing/,
  ],
  [
    "a verdict that nothing measures",
    { "networkPolicies.requireEnforcement": true },
    /networkPolicies\.probe is off: nothing would be measured/,
  ],
  ["an empty list of destinations", exception([]), /destinations has 0 items/],
  ["the metadata service", exception(["169.254.169.254/32"]), /credentials of a node/],
  ["the metadata service over IPv6", exception(["fd00:ec2::254/128"]), /credentials of a node/],
  ["a whole private network", exception(["10.0.0.0/8"]), /may hold nodes/],
  [
    "the cluster's own addresses",
    { ...exception(["192.0.2.7/32"]), "networkPolicies.clusterAddresses": ["192.0.2.0/24"] },
    /clusterAddresses closes/,
  ],
  ["destinations that overlap", exception(["198.51.100.0/24", "198.51.100.7/32"]), /overlaps 198\.51\.100\.0\/24/],
  ["a host name", exception(["login.acme.io"]), /is a host name/],
  ["host bits", exception(["198.51.100.7/24"]), /not in normal form/],
  ["an IPv6 prefix on an IPv4 address", exception(["198.51.100.0/64"]), /is no address block/],
  [
    "a provider set without destinations",
    { "networkPolicies.llmProviders": [{ name: "acme", destinations: [] }] },
    /destinations has 0 items/,
  ],
  [
    "a controller in plaintext whose namespace nobody named",
    { ...enabled, ...foreign, "ingress.controller.entry": "plaintext" },
    /ingress\.controller\.namespace is missing: network policies/,
  ],
  [
    "a controller in a namespace that they close",
    {
      ...enabled,
      ...foreign,
      "ingress.controller.entry": "mesh",
      "ingress.controller.namespace": "istio-gateway",
      "ingress.controller.serviceAccount": "haproxy",
    },
    /ingress\.controller\.namespace is closed by network policies/,
  ],
  [
    "a provider set of the whole internet",
    { "networkPolicies.llmProviders": [{ name: "acme", destinations: ["::/0"] }] },
    /whole internet/,
  ],
];

describe("network policies in the configuration", () => {
  for (const [title, config, reason] of cases) {
    it(`are refused with ${title}`, () => {
      const problems = problemsOf(config).map(({ key, reason: text }) => `${key} ${text}`);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", reason);
    });
  }

  it("are refused with everything that is wrong at once", () => {
    const wrong = {
      ...exception(["169.254.169.254/32", "10.0.0.0/8", "fe80::/10"]),
      "networkPolicies.llmProviders": ["acme.io"],
    };
    assert.equal(problemsOf(wrong).length, 4);
  });

  it("need the addresses of API server and cluster in production, and say how to find them", () => {
    const unknown = { "networkPolicies.apiServer": [], "networkPolicies.clusterAddresses": [] };
    const wide = {
      ...production,
      ...unknown,
      "networkPolicies.enabled": true,
      "networkPolicies.agentEgress": "internet",
    };
    const problems = problemsOf(wide);
    assert.deepEqual(
      problems.map(({ key }) => key),
      ["networkPolicies.apiServer", "networkPolicies.clusterAddresses"],
    );
    for (const { reason } of problems) assert.match(reason, /kubectl get/);
  });

  it("read a provider by block, by known name and as a set as the same thing", () => {
    const set = { name: "acme", destinations: ["203.0.113.0/24", "2001:db8::/32"] };
    const { llmProviders } = settingsOf({
      "networkPolicies.llmProviders": ["198.51.100.0/24", "anthropic", set],
    }).networkPolicies;
    assert.deepEqual(llmProviders, [
      { name: "198.51.100.0/24", destinations: ["198.51.100.0/24"] },
      { name: "anthropic", destinations: ["160.79.104.0/23", "2607:6bc0::/48"] },
      set,
    ]);
  });
});
