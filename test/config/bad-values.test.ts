import assert from "node:assert/strict";
import { problemsOf, production, type ByPath } from "./parsing";

/** Changes to a valid production configuration, and the problems they cause, as "key reason". */
type Case = [title: string, changes: ByPath, ...expected: RegExp[]];

const caller = {
  service: "runners",
  methods: ["CreateWorkload"],
  namespace: "tools",
  serviceAccount: "reconciler",
  because: "it starts workloads",
};

const cases: Case[] = [
  ["a port of 0", { "ingress.port": 0 }, /^ingress.port is outside/],
  ["a port of 70000", { "ingress.port": 70000 }, /^ingress.port is outside/],
  ["half a port", { "ingress.port": 443.5 }, /^ingress.port is outside/],
  ["a port as text", { "ingress.port": "443" }, /^ingress.port is text: write the number/],
  ["a port as a word", { "ingress.port": "https" }, /^ingress.port is text, a number/],
  ["an empty port", { "ingress.port": null }, /^ingress.port is empty/],
  ["a flag as text", { "networkPolicies.enabled": "yes" }, /^networkPolicies.enabled is text/],
  ["a list instead of a name", { "overlay.zone": ["ziti"] }, /^overlay.zone is a list/],
  ["a name instead of a list", { "overlay.extraZones": "agyn" }, /^overlay.extraZones is text, a list/],
  ["a scalar instead of a group", { ingress: "443" }, /^ingress is a number, a group/, /^ingress.tls.issuer.name/],
  ["text that is no JSON instead of a group", { mesh: "on: {" }, /^mesh is text, a group/],
  [
    "two equal hosts",
    { "ingress.hosts.chat": "app.agents.acme-robotics.io", "ingress.hosts.console": "app.agents.acme-robotics.io" },
    /^ingress.hosts.console is the same host as ingress.hosts.chat/,
  ],
  [
    "a host that is the domain",
    { "ingress.hosts.chat": "agents.acme-robotics.io", "ingress.tls.mode": "perHost" },
    /^ingress.hosts.chat is the same host as domain/,
  ],
  [
    "the controller behind a browser host",
    { "controller.advertisedHost": "gateway.agents.acme-robotics.io" },
    /^controller.advertisedHost is the same host as ingress.hosts.gateway/,
  ],
  [
    "a host outside of the domain",
    { "ingress.hosts.chat": "chat.acme.io" },
    /^ingress.hosts.chat is not below the domain/,
  ],
  [
    "a host two labels deep",
    { "ingress.hosts.chat": "a.b.agents.acme-robotics.io" },
    /^ingress.hosts.chat is not covered/,
  ],
  [
    "agents beside the platform",
    { "namespaces.workloads": "agyn-platform" },
    /^namespaces.workloads is the same namespace as namespaces.platform/,
  ],
  [
    "a managed mesh with the gateway beside istiod",
    { "namespaces.ingress": "istio-system", "mesh.manage": true },
    /^namespaces.mesh is the same namespace as namespaces.ingress/,
  ],
  ["the zone twice", { "overlay.extraZones": ["agyn", "ziti"] }, /^overlay.extraZones\[1\] repeats overlay.zone/],
  ["a provider by host name", { "networkPolicies.llmProviders": ["api.acme.io"] }, /\[0\] is a host name/],
  ["the whole internet", { "networkPolicies.llmProviders": ["0.0.0.0/0"] }, /\[0\] is the whole internet/],
  ["the whole IPv6 internet", { "networkPolicies.llmProviders": ["::/0"] }, /\[0\] is the whole internet/],
  ["host bits", { "networkPolicies.llmProviders": ["203.0.113.9/24"] }, /\[0\] is not in normal form.*203.0.113.0\/24/],
  ["IPv6 host bits", { "networkPolicies.llmProviders": ["2001:DB8::1/32"] }, /normal form.*2001:db8::\/32/],
  ["a missing prefix", { "networkPolicies.llmProviders": ["203.0.113.9"] }, /\[0\] has no prefix length/],
  ["a prefix of 33", { "networkPolicies.llmProviders": ["203.0.113.0/33"] }, /\[0\] is no address block/],
  ["a caller without reason", { "mesh.extraCallers": [{ ...caller, because: " " }] }, /\[0\].because is empty/],
  ["a caller with a missing key", { "mesh.extraCallers": [{ ...caller, because: undefined }] }, /because is missing/],
  [
    "a caller with an unknown key",
    { "mesh.extraCallers": [{ ...caller, reason: "x" }] },
    /\[0\].reason is an unknown key/,
  ],
  [
    "a caller that is a pattern",
    { "mesh.extraCallers": [{ ...caller, serviceAccount: "*" }] },
    /serviceAccount is not accepted. Write the exact name/,
  ],
  ["a caller of no methods", { "mesh.extraCallers": [{ ...caller, methods: [] }] }, /\[0\].methods has 0 items/],
  [
    "a caller of an unknown service",
    { "mesh.extraCallers": [{ ...caller, service: "runers" }] },
    /Did you mean "runners"/,
  ],
  [
    "a caller of an unknown RPC",
    { "mesh.extraCallers": [{ ...caller, methods: ["CreatWorkload"] }] },
    /"CreateWorkload"/,
  ],
  ["a caller twice", { "mesh.extraCallers": [caller, caller] }, /^mesh.extraCallers\[1\] names the same caller/],
  ["a plain-text controller", { "controller.url": "http://ziti.acme.io" }, /^controller.url uses http:/],
  ["a controller with a path", { "controller.url": "https://ziti.acme.io/edge" }, /^controller.url has a path/],
  ["a controller with a slash", { "controller.url": "https://ziti.acme.io/" }, /^controller.url has a path/],
  ["a controller with a query", { "controller.url": "https://ziti.acme.io?x=1" }, /query/],
  ["a controller without scheme", { "controller.url": "ziti.acme.io:1281" }, /^controller.url is no URL/],
  [
    "a second controller with a path",
    { "controller.url": "https://a.acme.io:1281, https://b.acme.io:1281/edge" },
    /^controller.url has a path/,
  ],
  [
    "a second controller behind one port-forward",
    { "controller.url": "https://a.acme.io:1281,https://b.acme.io:1281", "controller.reach": "portForward" },
    /^controller.url has 2 of 1 addresses: a port-forward leads to one controller each/,
  ],
  ["a second controller that cannot be real", { "controller.url": "https://a.acme.io,https://localhost" }, /localhost/],
  ["charts over plain HTTP", { "charts.istio": "http://charts.acme.io" }, /^charts.istio has the scheme http:/],
];

describe("values in the configuration", () => {
  for (const [title, changes, ...expected] of cases) {
    it(`refuses ${title}`, () => {
      const whole = Object.keys(changes).find((key) => !key.includes("."));
      const base = Object.entries(production).filter(([key]) => whole === undefined || !key.startsWith(`${whole}.`));
      const found = problemsOf({ ...Object.fromEntries(base), ...changes });
      const texts = found.map(({ key, reason }) => `${key} ${reason}`).sort();
      assert.equal(texts.length, expected.length, texts.join("\n"));
      expected.forEach((pattern, index) => assert.match(texts[index] ?? "", pattern));
    });
  }

  const accepted: [title: string, changes: ByPath][] = [
    ["the gateway beside an istiod of the operator's", { "namespaces.ingress": "istio-system", "mesh.manage": false }],
    [
      "foreign hosts with one certificate per host",
      { "ingress.hosts.chat": "chat.acme.io", "ingress.tls.mode": "perHost", "ingress.allowForeignHosts": true },
    ],
    ["several callers of one service", { "mesh.extraCallers": [caller, { ...caller, namespace: "other" }] }],
    [
      "charts in a folder or an OCI registry",
      { "charts.istio": "./charts", "charts.openziti": "oci://registry.acme.io/x" },
    ],
    ["IPv4 and IPv6 providers", { "networkPolicies.llmProviders": ["203.0.113.0/24", "2001:db8::/32"] }],
    [
      "the internet for a service that says why",
      {
        "networkPolicies.internetEgress": [
          { service: "egress-gateway", destinations: ["0.0.0.0/0"], because: "any site" },
        ],
      },
    ],
  ];
  for (const [title, changes] of accepted) {
    it(`accepts ${title}`, () => assert.deepEqual(problemsOf({ ...production, ...changes }), []));
  }
});
