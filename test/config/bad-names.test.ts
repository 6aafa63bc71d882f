import assert from "node:assert/strict";
import { problemsOf, production } from "./parsing";

/** One bad value: where, what, what the message says, and the value in the fix command if one can be told. */
type Case = [key: string, value: unknown, says: RegExp, suggestion?: string];

const longLabel = "a".repeat(64);
const longName = Array.from({ length: 5 }, () => "a".repeat(60)).join(".");

const domains: Case[] = [
  ["domain", "https://agents.acme.io", /scheme/, "agents.acme.io"],
  ["domain", "agents.acme.io:8443", /port/, "agents.acme.io"],
  ["domain", "agents.acme.io/api", /path/, "agents.acme.io"],
  ["domain", "agents.acme.io.", /ends with a dot/, "agents.acme.io"],
  ["domain", "*.acme.io", /wildcard/, "acme.io"],
  ["domain", "foo_bar.acme.io", /label "foo_bar"/, "foo-bar.acme.io"],
  ["domain", "Agents.acme.io", /label "Agents" has upper-case/, "agents.acme.io"],
  ["domain", "agents..acme.io", /empty label/, "agents.acme.io"],
  ["domain", "-agents.acme.io", /label "-agents"/],
  ["domain", `${longLabel}.acme.io`, /longer than 63/],
  ["domain", longName, /longer than 253/],
  ["domain", "acme", /only one label/],
  ["domain", "192.0.2.7", /IP address/],
  ["domain", "2001:db8::1", /IP address/],
  ["domain", "", /empty/],
  ["domain", " agents.acme.io", /white space/, "agents.acme.io"],
  ["ingress.hosts.chat", "Chat.agents.acme-robotics.io", /upper-case/, "chat.agents.acme-robotics.io"],
  ["controller.advertisedHost", "https://ziti.acme.io", /scheme/, "ziti.acme.io"],
];

const zones: Case[] = [
  ["overlay.zone", "dev", /public top-level domain/, "ziti"],
  ["overlay.zone", "co.uk", /public top-level domain/, "ziti"],
  ["overlay.zone", "local", /multicast DNS/, "ziti"],
  ["overlay.zone", "agents.local", /multicast DNS/, "ziti"],
  ["overlay.zone", "localhost", /machine itself/, "ziti"],
  ["overlay.zone", ".ziti", /starts with a dot/, "ziti"],
  ["overlay.zone", "zi_ti", /label "zi_ti"/, "ziti"],
  ["overlay.zone", "agents.acme-robotics.io", /hide the public hosts/, "ziti"],
  ["overlay.zone", "acme-robotics.io", /hide the public hosts/, "ziti"],
];

const objects: Case[] = [
  ["namespaces.platform", "Agyn", /upper-case/],
  ["namespaces.platform", "agyn.platform", /dot/],
  ["namespaces.overlay", "ziti_system", /a-z, 0-9/],
  ["namespaces.workloads", longLabel, /longer than 63/],
  ["zitiManagement.secretName", "Creds", /upper-case/],
  ["zitiManagement.image", "ghcr.io/agynio/ziti-management", /malformed/],
  ["images.registry", "https://registry.acme.io", /malformed/],
  ["mesh.trustDomain", "cluster local", /malformed/],
  ["mesh.trustDomain", "Cluster.Local", /upper-case/, "cluster.local"],
  ["mesh.trustDomain", "spiffe://cluster.local", /scheme/, "cluster.local"],
  ["mesh.trustDomain", "cluster.local/ns/x", /path/, "cluster.local"],
  ["ingress.tls.issuer.name", "lets encrypt", /label/],
];

const choices: Case[] = [
  ["profile", "prod", /not among/],
  ["ingress.provider", "nginx", /not among/, "istio"],
  ["ingress.minTlsVersion", 1.2, /in quotes/, "1.2"],
  ["ingress.minTlsVersion", "1.1", /not among/, "1.2"],
  ["ingress.tls.mode", "perhost", /not among/],
  ["ingress.tls.issuer.kind", "clusterissuer", /not among/],
  ["controller.reach", "port-forward", /not among/],
  ["networkPolicies.cni", "cilium", /cilium enforces the standard policies.*host name alone/, "any"],
  ["networkPolicies.cni", "calico", /calico enforces the standard policies.*policy of your own/, "any"],
  ["networkPolicies.cni", "flannel", /not among/, "any"],
  ["overlay.infrastructureRoles", ["#orchestrators"], /not among/],
  ["overlay.infrastructureRoles", ["all"], /not among/],
];

describe("names in the configuration", () => {
  for (const [key, value, says, suggestion] of [...domains, ...zones, ...objects, ...choices]) {
    it(`refuses ${key} ${JSON.stringify(value)?.slice(0, 60)}`, () => {
      const found = problemsOf({ ...production, [key]: value }).filter((problem) => problem.key.startsWith(key));
      assert.equal(found.length, 1, JSON.stringify(found));
      assert.match(found[0]?.reason ?? "", says);
      assert.notEqual(found[0]?.allowed, "");
      if (suggestion !== undefined) assert.match(found[0]?.fix.join("\n") ?? "", new RegExp(` ${suggestion}$`));
    });
  }

  for (const [key, value, , suggestion] of [...domains, ...zones].filter((row) => row[3] !== undefined)) {
    it(`suggests for ${key} ${JSON.stringify(value)} a value that is accepted`, () => {
      assert.deepEqual(problemsOf({ ...production, [key]: suggestion }), []);
    });
  }

  it("accepts zones that no public resolver has", () => {
    for (const zone of ["ziti", "agyn", "overlay.internal"]) {
      assert.deepEqual(problemsOf({ ...production, "overlay.zone": zone }), [], zone);
    }
  });
});
