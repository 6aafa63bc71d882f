import type { Sections } from "./stack-variants";

/** A caller of the operator's own. */
export const report = {
  service: "runners",
  methods: ["ListWorkloads"],
  namespace: "ops",
  serviceAccount: "capacity-report",
  because: "Counts running workloads every night.",
};
/** The same caller with one RPC more. */
export const both = { ...report, methods: ["ListVolumes", "ListWorkloads"] };
const metrics = { workload: "metering", port: 9090, mode: "PERMISSIVE", because: "our Prometheus has no certificate" };
/** The configuration with these extra callers. */
export const callers = (...extraCallers: object[]): Sections => ({ mesh: { extraCallers } });
const leaving = (...internetEgress: object[]): Sections => ({ networkPolicies: { enabled: true, internetEgress } });
const issuer = { service: "gateway", destinations: ["198.51.100.7/32"], because: "the OIDC issuer is outside" };
const nightly = "because: Counts running workloads every night.";

/** What changes, in which file, and every sentence that has to come of it: effect first. */
export type Case = readonly [title: string, before: Sections, after: Sections, sentences: readonly string[]];

/** Scripted changes of the production stack. */
export const cases: readonly Case[] = [
  [
    "a new caller",
    {},
    callers(report),
    [`widened: ops/capacity-report may now call runners.ListWorkloads, ${nightly}`],
  ],
  [
    "a caller that is gone",
    callers(report),
    {},
    [`narrowed: ops/capacity-report may no longer call runners.ListWorkloads, ${nightly}`],
  ],
  [
    "one more RPC of a caller",
    callers(report),
    callers(both),
    [`widened: ops/capacity-report may now call runners.ListVolumes, ${nightly}`],
  ],
  [
    "another reason",
    callers(report),
    callers({ ...report, because: "Plans capacity." }),
    ["neutral: ops/capacity-report may still call runners.ListWorkloads, for another reason, because: Plans capacity."],
  ],
  [
    "a later end of a permission",
    callers({ ...report, expires: "2031-01-31" }),
    callers({ ...report, expires: "2032-01-31" }),
    [
      "widened: The last day on which ops/capacity-report may use runners.ListWorkloads: 2032-01-31 instead of 2031-01-31.",
    ],
  ],
  [
    "an end where there was none",
    callers(report),
    callers({ ...report, expires: "2031-01-31" }),
    [
      "narrowed: The last day on which ops/capacity-report may use runners.ListWorkloads: 2031-01-31 instead of not set.",
    ],
  ],
  [
    "a caller of a data store",
    {},
    callers({ ...report, service: "nats", methods: "*", because: "Reads events." }),
    ["widened: ops/capacity-report may now use nats:4222, because: Reads events."],
  ],
  [
    "a caller that moves to another account",
    callers(report),
    callers({ ...report, serviceAccount: "report" }),
    [
      `widened: ops/report may now call runners.ListWorkloads, ${nightly}`,
      `narrowed: ops/capacity-report may no longer call runners.ListWorkloads, ${nightly}`,
    ],
  ],
  [
    "an exception to mutual TLS",
    {},
    { mesh: { exceptions: [metrics] } },
    [
      "widened: Clients without a certificate may now connect to port 9090 of agyn-platform/metering in plaintext, because: our Prometheus has no certificate.",
      "widened: Anyone may now use metering:9090, because: our Prometheus has no certificate.",
    ],
  ],
  [
    "an exception that becomes stricter",
    { mesh: { exceptions: [{ ...metrics, mode: "DISABLE" }] } },
    { mesh: { exceptions: [metrics] } },
    [
      "widened: Clients without a certificate may now connect to port 9090 of agyn-platform/metering in plaintext, because: our Prometheus has no certificate.",
      "narrowed: Clients without a certificate may no longer connect to port 9090 of agyn-platform/metering in plaintext alone, because: our Prometheus has no certificate.",
    ],
  ],
  [
    "another host name",
    {},
    { ingress: { hosts: { media: "files.agents.acme-robotics.io" } } },
    [
      "widened: The public may now reach media-proxy at https://files.agents.acme-robotics.io/*, because: The media proxy, which authenticates every request.",
      "narrowed: The public may no longer reach media-proxy at https://media.agents.acme-robotics.io/*, because: The media proxy, which authenticates every request.",
    ],
  ],
  [
    "another name of the controller",
    {},
    { controller: { advertisedHost: "edge.agents.acme-robotics.io" } },
    [
      "neutral: The public name of the OpenZiti controller: edge.agents.acme-robotics.io instead of ziti.agents.acme-robotics.io.",
    ],
  ],
  [
    "an older TLS version",
    { ingress: { minTlsVersion: "1.3" } },
    { ingress: { minTlsVersion: "1.2" } },
    ["widened: The oldest TLS version that the public hosts accept: 1.2 instead of 1.3."],
  ],
  [
    "no redirect to HTTPS",
    {},
    { ingress: { redirectHttp: false } },
    ["widened: The redirect from HTTP to HTTPS: off instead of on."],
  ],
  [
    "no Strict-Transport-Security",
    {},
    { ingress: { tls: { hsts: false } } },
    ["widened: Strict-Transport-Security: off instead of on."],
  ],
  [
    "another issuer, kind of certificate and port",
    {},
    { ingress: { port: 8443, tls: { mode: "perHost", issuer: { name: "internal", kind: "Issuer" } } } },
    [
      "neutral: The issuer of the public certificates: Issuer internal instead of ClusterIssuer letsencrypt.",
      "neutral: The kind of public certificates: perHost instead of wildcard.",
      "neutral: The public TLS port: 8443 instead of 443.",
    ],
  ],
  [
    "network policies on",
    {},
    { networkPolicies: { enabled: true, internetEgress: [issuer] } },
    ["narrowed: The network policies: on instead of off."],
  ],
  [
    "network policies off",
    leaving(issuer),
    { networkPolicies: { enabled: false, internetEgress: [issuer] } },
    ["widened: The network policies: off instead of on."],
  ],
  [
    "one more way out",
    leaving(),
    leaving(issuer),
    ["widened: gateway may now leave the cluster to 198.51.100.7/32 on port 443, because: the OIDC issuer is outside."],
  ],
  ["a way out that nothing enforces", {}, { networkPolicies: { internetEgress: [issuer] } }, []],
  [
    "one more role that dials the Gateway",
    { overlay: { infrastructureRoles: ["orchestrators"] } },
    { overlay: { infrastructureRoles: ["runners", "orchestrators"] } },
    ["widened: #runners may now dial gateway, because: Everyone with a platform identity talks to the Gateway."],
  ],
  [
    "another zone of the overlay",
    { overlay: { extraZones: ["agyn"] } },
    { overlay: { extraZones: ["agyn", "mesh"] } },
    ["neutral: The zone of the overlay's addresses: agyn, mesh, ziti instead of agyn, ziti."],
  ],
  [
    "a renamed ServiceAccount",
    {},
    { mesh: { serviceAccounts: [{ service: "runners", serviceAccount: "agyn-runners" }] } },
    ["neutral: The ServiceAccount of runners: agyn-runners instead of runners."],
  ],
  [
    "another trust domain and namespace",
    {},
    { mesh: { trustDomain: "acme.test" }, namespaces: { platform: "agents" } },
    [
      "neutral: The trust domain of the mesh: acme.test instead of cluster.local.",
      "neutral: The platform's namespace: agents instead of agyn-platform.",
    ],
  ],
  [
    "Istio installed by the program",
    {},
    { mesh: { manage: true } },
    ["neutral: Istio: installed by this program instead of the operator's own."],
  ],
  [
    "a controller at another address",
    {},
    { controller: { url: "https://ziti-two.acme-robotics.io:1281" } },
    [
      "neutral: The address of the controller's management API: https://ziti-two.acme-robotics.io:1281 instead of https://ziti-mgmt.acme-robotics.io:1281.",
    ],
  ],
];
