import assert from "node:assert/strict";
import { judgeEnforcement } from "../../access/answers/enforcement";
import { probeLabels, renderProbePolicies } from "../../access/render/enforcement-probe";
import { NetworkPolicyEvaluator, type Endpoint } from "../support/network-policy-evaluator";

const cases = [
  ["every way behaves as the policies say", "allowed=open ingress=closed egress=closed\n", "enforced"],
  ["nothing is closed", "allowed=open ingress=open egress=open\n", "notEnforced"],
  ["incoming traffic alone is filtered", "allowed=open ingress=closed egress=open\n", "notEnforced"],
  ["outgoing traffic alone is filtered", "allowed=open ingress=open egress=closed\n", "notEnforced"],
  ["the allowed way is closed", "allowed=closed\n", "inconclusive"],
  ["the pod says nothing", undefined, "inconclusive"],
  ["the pod says something else", "Error", "inconclusive"],
] as const;

describe("whether policies are enforced", () => {
  for (const [when, message, verdict] of cases) {
    it(`is ${verdict} when ${when}`, () => assert.equal(judgeEnforcement(message).verdict, verdict));
  }
});

describe("the policies of the probe", () => {
  const namespace = "agyn-workloads";
  const pod = (name: string, last: number, labels: Readonly<Record<string, string>>): Endpoint => ({
    ...{ name, v4: `10.0.0.${last}`, v6: `fd00::${last}` },
    pod: { namespace, labels },
  });
  const prober = pod("prober", 1, probeLabels("prober"));
  const listener = pod("listener", 2, probeLabels("listener"));
  const agent = pod("agent", 3, { app: "agent" });
  const evaluator = new NetworkPolicyEvaluator({
    policies: renderProbePolicies(namespace),
    namespaces: { [namespace]: {} },
    reading: "translated",
  });
  const judge = (from: Endpoint, to: Endpoint, port: number) =>
    evaluator.judge({ from, to, port, protocol: "TCP", family: "v4" });

  it("leave one way open, close one at its end and one where it begins", () => {
    const verdicts = [8081, 8082, 8083].map((port) => {
      const { egress, ingress } = judge(prober, listener, port);
      return { egress, ingress };
    });
    assert.deepEqual(verdicts, [
      { egress: true, ingress: true },
      { egress: true, ingress: false },
      { egress: false, ingress: true },
    ]);
  });

  it("leave everybody else as they were", () => {
    const { egress, ingress } = judge(agent, agent, 50051);
    assert.deepEqual({ egress, ingress }, { egress: true, ingress: true });
    assert.equal(judge(agent, listener, 8081).ingress, false);
  });
});
