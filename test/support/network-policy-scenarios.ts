import type { Manifest } from "../../access/render/manifest";
import { policyOf, type Probe } from "./network-policy-cases";

/** One probe of a scenario: the policies then in force, what is asked, and the pairs that have to be closed (see `expand`). */
export interface Step extends Partial<Probe> {
  readonly policies: readonly Manifest[];
  readonly closed: readonly string[];
}

/** A conformance scenario: what it is about, and its probes in order. */
export type Scenario = readonly [title: string, ...steps: readonly Step[]];

type Rules = Readonly<Record<string, unknown>>[];

/** A selector of pods by the label that every pod of the grid has. */
export const pod = (name: string) => ({ matchLabels: { pod: name } });
/** A selector of a namespace by its label. */
export const ns = (name: string) => ({ matchLabels: { ns: name } });

/** A policy for pods of x: ingress alone. */
export function inbound(podSelector: object, ingress: Rules, namespace = "x"): Manifest {
  return policyOf(namespace, { podSelector, policyTypes: ["Ingress"], ingress });
}

/** A policy for pods of x: egress alone. */
export function outbound(podSelector: object, egress: Rules, namespace = "x"): Manifest {
  return policyOf(namespace, { podSelector, policyTypes: ["Egress"], egress });
}

const everything = [{}];
const a = pod("a");
const fromOtherThan = (key: string, values: string[]) => ({ matchExpressions: [{ key, operator: "NotIn", values }] });
const into = (selector: object, ...peers: object[]): Step["policies"] => [inbound(selector, [{ from: peers }])];

/** Scenarios about ingress over TCP. */
export const ingressScenarios: readonly Scenario[] = [
  ["closes ingress of a namespace by default", { policies: [inbound({}, [])], closed: ["* > x/*"] }],
  [
    "closes both directions of a namespace by default",
    {
      policies: [policyOf("x", { podSelector: {}, policyTypes: ["Ingress", "Egress"] })],
      closed: ["* > x/*", "x/* > *"],
    },
  ],
  [
    "lets pods of the same namespace in by their labels",
    { policies: into(a, { podSelector: pod("b") }), closed: ["*!x/b > x/a"] },
  ],
  ["opens one pod to everyone", { policies: [inbound({}, []), inbound(a, everything)], closed: ["* > x/b,x/c"] }],
  ["lets pods of every namespace in", { policies: into(a, { namespaceSelector: {} }), closed: [] }],
  [
    "lets one namespace in by its labels",
    { policies: into(a, { namespaceSelector: ns("y") }), closed: ["*!y/* > x/a"] },
  ],
  [
    "knows expressions about pods",
    {
      policies: into(a, { podSelector: { matchExpressions: [{ key: "pod", operator: "In", values: ["b", "none"] }] } }),
      closed: ["*!x/b > x/a"],
    },
  ],
  [
    "knows expressions about namespaces",
    { policies: into(a, { namespaceSelector: fromOtherThan("ns", ["x", "z"]) }), closed: ["*!y/* > x/a"] },
  ],
  [
    "takes two peers as either",
    {
      policies: into(a, { podSelector: pod("b") }, { namespaceSelector: ns("y") }),
      closed: ["*!x/b,y/* > x/a"],
    },
  ],
  [
    "takes two selectors of one peer as both",
    { policies: into(a, { podSelector: pod("b"), namespaceSelector: ns("y") }), closed: ["*!y/b > x/a"] },
  ],
  [
    "combines several selectors in one peer",
    {
      policies: into(a, {
        podSelector: { matchExpressions: [{ key: "pod", operator: "In", values: ["b", "c"] }] },
        namespaceSelector: fromOtherThan("ns", ["x"]),
      }),
      closed: ["*!y/b,y/c,z/b,z/c > x/a"],
    },
  ],
  [
    "takes two pod selectors as either",
    { policies: into(a, { podSelector: pod("b") }, { podSelector: pod("c") }), closed: ["*!x/b,x/c > x/a"] },
  ],
  [
    "lets one pod of another namespace in",
    { policies: into({}, { podSelector: a, namespaceSelector: ns("y") }), closed: ["*!y/a > x/*"] },
  ],
  [
    "opens one port to one namespace",
    ...[80, 81].map((port) => ({
      policies: [inbound(a, [{ from: [{ namespaceSelector: ns("y") }], ports: [{ port: 81 }] }])],
      port,
      closed: port === 81 ? ["*!y/* > x/a"] : ["* > x/a"],
    })),
  ],
  [
    "adds up policies for the same pods",
    ...[80, 81].map((port) => ({
      policies: [81, 80]
        .slice(0, 2)
        .map((open, index) =>
          inbound(a, [{ from: [{ namespaceSelector: ns(index === 0 ? "y" : "z") }], ports: [{ port: open }] }]),
        ),
      port,
      closed: port === 81 ? ["*!y/* > x/a"] : ["*!z/* > x/a"],
    })),
  ],
  ["takes an empty rule as everyone on every port", { policies: [inbound({}, everything)], port: 81, closed: [] }],
  [
    "opens a port by its name",
    ...[80, 81].map((port) => ({
      policies: [inbound({}, [{ ports: [{ port: "serve-81-tcp" }] }])],
      port,
      closed: port === 81 ? [] : ["* > x/*"],
    })),
  ],
  [
    "opens a port by its name to one namespace",
    ...[80, 81].map((port) => ({
      policies: [inbound(a, [{ from: [{ namespaceSelector: ns("x") }], ports: [{ port: "serve-80-tcp" }] }])],
      port,
      closed: port === 80 ? ["*!x/* > x/a"] : ["* > x/a"],
    })),
  ],
  [
    "follows a changed policy",
    { policies: [inbound({}, everything)], port: 81, closed: [] },
    { policies: [inbound({}, [])], port: 81, closed: ["* > x/*"] },
  ],
  [
    "follows a changed label of a namespace",
    { policies: into(a, { namespaceSelector: { matchLabels: { trust: "new" } } }), closed: ["* > x/a"] },
    {
      policies: into(a, { namespaceSelector: { matchLabels: { trust: "new" } } }),
      relabeling: { y: { trust: "new" } },
      closed: ["*!y/* > x/a"],
    },
  ],
  [
    "follows a changed label of a caller",
    { policies: into(a, { podSelector: { matchLabels: { pod: "b", trust: "new" } } }), closed: ["* > x/a"] },
    {
      policies: into(a, { podSelector: { matchLabels: { pod: "b", trust: "new" } } }),
      relabeling: { "x/b": { trust: "new" } },
      closed: ["*!x/b > x/a"],
    },
  ],
  [
    "follows a changed label of the pod it guards",
    { policies: [inbound({ matchLabels: { target: "isolated" } }, [])], closed: [] },
    {
      policies: [inbound({ matchLabels: { target: "isolated" } }, [])],
      relabeling: { "x/a": { target: "isolated" } },
      closed: ["* > x/a"],
    },
  ],
  ["closes a namespace to the others", { policies: into({}, { podSelector: {} }), closed: ["*!x/* > x/*"] }],
  [
    "gives way to a policy that opens everything to everyone",
    { policies: into({}, { podSelector: pod("b") }), closed: ["*!x/b > x/*"] },
    { policies: [...into({}, { podSelector: pod("b") }), inbound({}, everything)], closed: [] },
  ],
  [
    "selects a namespace by the label that the control plane sets",
    {
      policies: into(a, { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "y" } } }),
      closed: ["*!y/* > x/a"],
    },
  ],
  [
    "opens every port of one protocol",
    ...[80, 81].map((port) => ({ policies: [inbound(a, [{ ports: [{ protocol: "TCP" }] }])], port, closed: [] })),
    { policies: [inbound(a, [{ ports: [{ protocol: "TCP" }] }])], protocol: "UDP", closed: ["* > x/a"] },
  ],
];
