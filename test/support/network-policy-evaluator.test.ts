import * as assert from "node:assert/strict";
import { closedPairs, createPods, expand, policyOf } from "./network-policy-cases";
import { NetworkPolicyEvaluator, typesOf, type BlockReading, type Endpoint } from "./network-policy-evaluator";
import { ingressScenarios, inbound, outbound, pod, type Scenario } from "./network-policy-scenarios";
import { egressScenarios, scenariosOf } from "./network-policy-scenarios-egress";
import { selects } from "./network-policy-selectors";

const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
  TCP: [...ingressScenarios, ...egressScenarios],
  UDP: scenariosOf("UDP"),
  SCTP: scenariosOf("SCTP"),
};

const internet: Endpoint = { name: "internet", v4: "198.51.100.9", v6: "2001:db8:1::9" };

function reaches(policy: ReturnType<typeof policyOf>, to: Endpoint, reading: BlockReading, dialed?: string): boolean {
  const [from] = createPods() as [Endpoint];
  const evaluator = new NetworkPolicyEvaluator({ policies: [policy], namespaces: {}, reading });
  const packet = { from, to, family: "v4" as const, protocol: "TCP" as const, port: 80 };
  return evaluator.judge({ ...packet, ...(dialed !== undefined && { dialed }) }).egress;
}

describe("the evaluator of network policies", () => {
  for (const [protocol, rows] of Object.entries(scenarios)) {
    describe(`in the conformance scenarios over ${protocol}`, () => {
      for (const [title, ...steps] of rows) {
        it(title, () => {
          assert.ok(steps.length > 0);
          for (const { policies, closed, protocol = "TCP", port = 80, ...probe } of steps)
            assert.deepEqual(closedPairs(policies, { protocol, port, ...probe }), expand(...closed));
        });
      }
    });
  }

  it("knows all 48 of them", () => {
    assert.equal(Object.values(scenarios).flat().length, 48);
  });

  it("takes an empty list of peers, of ports, or none at all as everyone and everything", () => {
    for (const rule of [{}, { from: [] }, { from: [], ports: [] }, { ports: [] }])
      assert.deepEqual(closedPairs([inbound({}, [rule])], { protocol: "UDP", port: 5 }), []);
    assert.deepEqual(closedPairs([outbound({}, [{ to: [] }])], { protocol: "TCP", port: 5 }), []);
  });

  it("derives the types that a policy leaves out from its egress rules alone", () => {
    assert.deepEqual(typesOf({}), ["Ingress"]);
    assert.deepEqual(typesOf({ egress: [] }), ["Ingress"]);
    assert.deepEqual(typesOf({ egress: [{}] }), ["Ingress", "Egress"]);
    assert.deepEqual(typesOf({ policyTypes: ["Egress"], ingress: [{}] }), ["Egress"]);
  });

  it("takes NotIn for true of a label that is missing, In and Exists for false", () => {
    const ask = (operator: string) => selects({ matchExpressions: [{ key: "k", operator, values: ["v"] }] }, {});
    assert.deepEqual(["In", "NotIn", "Exists", "DoesNotExist"].map(ask), [false, true, false, true]);
    assert.throws(() => ask("Gt"), /no operator "Gt"/);
  });

  it("compares address blocks in each of the three readings", () => {
    const [, other] = createPods() as [Endpoint, Endpoint];
    const toPod = outbound(pod("a"), [{ to: [{ ipBlock: { cidr: "10.1.0.0/16" } }] }]);
    const toService = outbound(pod("a"), [{ to: [{ ipBlock: { cidr: "172.20.0.0/16" } }] }]);
    const toInternet = outbound(pod("a"), [{ to: [{ ipBlock: { cidr: "198.51.100.0/24" } }] }]);
    const readings = ["translated", "dialed", "outside"] as const;
    assert.deepEqual(
      readings.map((reading) => reaches(toPod, other, reading)),
      [true, true, false],
    );
    assert.deepEqual(
      readings.map((reading) => reaches(toPod, other, reading, "172.20.0.9")),
      [true, false, false],
    );
    assert.deepEqual(
      readings.map((reading) => reaches(toService, other, reading, "172.20.0.9")),
      [false, true, false],
    );
    assert.deepEqual(
      readings.map((reading) => reaches(toInternet, internet, reading)),
      [true, true, true],
    );
  });

  it("never lets a block of one family match an address of the other", () => {
    const [from] = createPods() as [Endpoint];
    const policies = [outbound({}, [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }])];
    const evaluator = new NetworkPolicyEvaluator({ policies, namespaces: {}, reading: "translated" });
    const families = ["v4", "v6"] as const;
    const verdicts = families.map((family) =>
      evaluator.judge({ from, to: internet, family, protocol: "TCP", port: 80 }),
    );
    assert.deepEqual(
      verdicts.map(({ egress }) => egress),
      [true, false],
    );
  });

  it("lets ICMP through where a rule names no ports, and guards no host outside of pods", () => {
    const icmp = { protocol: "ICMP", port: 0 } as const;
    assert.deepEqual(closedPairs([inbound({}, [{ ports: [{ port: 80 }] }])], icmp), expand("* > x/*"));
    assert.deepEqual(closedPairs([inbound({}, [{}])], icmp), []);
    const evaluator = new NetworkPolicyEvaluator({ policies: [inbound({}, [])], namespaces: {}, reading: "outside" });
    assert.equal(evaluator.isolates(internet, "ingress"), false);
  });

  it("refuses peers that the API server refuses", () => {
    const both = { podSelector: {}, ipBlock: { cidr: "10.0.0.0/8" } };
    for (const peer of [{}, both])
      assert.throws(() => closedPairs([inbound({}, [{ from: [peer] }])], { protocol: "TCP", port: 1 }), /no such peer/);
  });
});
