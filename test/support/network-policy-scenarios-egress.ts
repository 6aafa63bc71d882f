import { policyOf } from "./network-policy-cases";
import { inbound, ns, outbound, pod, type Scenario } from "./network-policy-scenarios";

const a = pod("a");
const block = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, ...(except.length > 0 && { except }) } });
// The pods of y, those but for y/b, and y/b alone, in both families.
const ofY = [block("10.2.0.0/16"), block("fd00:2::/32")];
const ofYButB = [block("10.2.0.0/16", "10.2.0.2/32"), block("fd00:2::/32", "fd00:2::2/128")];
const onlyYB = [block("10.2.0.2/32"), block("fd00:2::2/128")];

/** Scenarios about egress, both directions together, and address blocks, over TCP. */
export const egressScenarios: readonly Scenario[] = [
  [
    "opens one port for leaving by its name",
    ...[80, 81].map((port) => ({
      policies: [outbound(a, [{ ports: [{ port: "serve-80-tcp" }] }])],
      port,
      closed: port === 80 ? [] : ["x/a > *"],
    })),
  ],
  ["closes leaving for pods by their labels", { policies: [outbound(a, [])], closed: ["x/a > *"] }],
  ["closes leaving for a namespace", { policies: [outbound({}, [])], closed: ["x/* > *"] }],
  [
    "keeps the directions of one policy apart",
    ...[80, 81].map((port) => ({
      policies: [
        policyOf("x", {
          podSelector: a,
          policyTypes: ["Ingress", "Egress"],
          ingress: [{ from: [{ podSelector: pod("b") }] }],
          egress: [{ ports: [{ port: 80 }] }],
        }),
      ],
      port,
      closed: ["*!x/b > x/a", ...(port === 80 ? [] : ["x/a > *"])],
    })),
  ],
  [
    "closes at the caller what the callee would let in",
    {
      policies: [
        outbound(a, [{ to: [{ namespaceSelector: ns("y"), podSelector: a }] }]),
        ...["a", "b"].map((name) =>
          inbound(pod(name), [{ from: [{ namespaceSelector: ns("x"), podSelector: a }] }], "y"),
        ),
      ],
      closed: ["x/a > *!y/a", "*!x/a > y/a,y/b", "x/a > y/b"],
    },
  ],
  [
    "lets a pod leave for one pod of another namespace",
    {
      policies: [outbound(a, [{ to: [{ namespaceSelector: ns("y"), podSelector: a }] }])],
      closed: ["x/a > *!y/a"],
    },
  ],
  [
    "gives way to a policy that lets everything out",
    { policies: [outbound(a, [{ to: [{ podSelector: pod("b") }] }])], closed: ["x/a > *!x/b"] },
    { policies: [outbound(a, [{ to: [{ podSelector: pod("b") }] }]), outbound(a, [{}])], closed: [] },
  ],
  [
    "opens everything once the policies are gone",
    { policies: [inbound({}, [])], closed: ["* > x/*"] },
    { policies: [], closed: [] },
  ],
  ["lets a pod leave for a block of addresses", { policies: [outbound(a, [{ to: ofY }])], closed: ["x/a > *!y/*"] }],
  [
    "leaves the excepted part of a block closed",
    { policies: [outbound(a, [{ to: ofYButB }])], closed: ["x/a > *!y/a,y/c"] },
  ],
  [
    "opens an excepted address that another block opens",
    { policies: [outbound(a, [{ to: [...ofYButB, ...onlyYB] }])], closed: ["x/a > *!y/*"] },
    { policies: [outbound(a, [{ to: ofYButB }]), outbound(a, [{ to: onlyYB }])], closed: ["x/a > *!y/*"] },
  ],
  [
    "keeps policies for one direction out of the other",
    {
      policies: [inbound(a, [{ from: [{ podSelector: pod("b") }] }]), outbound(a, [])],
      closed: ["*!x/b > x/a", "x/a > *"],
    },
    { policies: [inbound(a, [])], closed: ["* > x/a"] },
  ],
  [
    "does not take SCTP for TCP",
    { policies: [inbound(a, [{ ports: [{ protocol: "SCTP", port: 80 }] }])], port: 81, closed: ["* > x/a"] },
    { policies: [inbound(a, [{ ports: [{ protocol: "SCTP", port: 80 }] }])], port: 80, closed: ["* > x/a"] },
  ],
  [
    "closes a pod that only a policy about SCTP selects",
    { policies: [inbound({}, [{ ports: [{ protocol: "SCTP", port: 80 }] }])], closed: ["* > x/*"] },
    { policies: [inbound({}, [{ ports: [{ protocol: "SCTP", port: 80 }] }])], protocol: "UDP", closed: ["* > x/*"] },
  ],
  [
    "does not take UDP for TCP",
    { policies: [inbound(a, [{ ports: [{ protocol: "UDP", port: 81 }] }])], port: 81, closed: ["* > x/a"] },
    { policies: [inbound(a, [{ ports: [{ protocol: "UDP", port: 81 }] }])], port: 81, protocol: "UDP", closed: [] },
  ],
  [
    "opens a range of ports",
    ...[79, 80, 81, 82].map((port) => ({
      policies: [inbound(a, [{ ports: [{ port: 80, endPort: 81 }] }])],
      port,
      closed: port === 80 || port === 81 ? [] : ["* > x/a"],
    })),
  ],
];

/** The three scenarios that are repeated for a protocol other than TCP. */
export function scenariosOf(protocol: "UDP" | "SCTP"): readonly Scenario[] {
  const from = (ports: number[]) => [
    inbound(a, [
      { from: [{ namespaceSelector: ns("y"), podSelector: a }], ports: ports.map((port) => ({ protocol, port })) },
    ]),
  ];
  return [
    ["closes ingress by default", { policies: [inbound({}, [])], protocol, closed: ["* > x/*"] }],
    ["lets one pod of another namespace in", { policies: from([80]), protocol, closed: ["*!y/a > x/a"] }],
    [
      "opens one port alone",
      { policies: from([81]), protocol, port: 81, closed: ["*!y/a > x/a"] },
      { policies: from([81]), protocol, port: 80, closed: ["* > x/a"] },
      { policies: from([81]), protocol: "TCP", port: 81, closed: ["* > x/a"] },
    ],
  ];
}
