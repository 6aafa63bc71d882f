import assert from "node:assert/strict";
import { problemsOf, production, settingsOf, type ByPath } from "./parsing";

const service = "ingress.service";
const everything: ByPath = {
  [`${service}.type`]: "NodePort",
  [`${service}.annotations`]: { "example.com/scheme": "internal" },
  [`${service}.externalTrafficPolicy`]: "Local",
  [`${service}.loadBalancerClass`]: "service.k8s.aws/nlb",
  [`${service}.loadBalancerSourceRanges`]: ["198.51.100.0/24"],
  [`${service}.nodePorts.http`]: 30080,
  [`${service}.nodePorts.https`]: 30443,
  [`${service}.statusPort`]: true,
};
const traefik = { "ingress.provider": "ingress", "ingress.controller.entry": "mesh" };
const allKeys = Object.keys(everything).map((key) => `${key} has no effect`);

const refused: [title: string, settings: ByPath, ...says: string[]][] = [
  ["every one of them where the gateway is the operator's", { ...production, ...everything }, ...allKeys],
  ["every one of them with a controller of the operator's", { ...traefik, ...everything }, ...allKeys],
  [
    "what a ClusterIP has no use for",
    { ...everything, [`${service}.type`]: "ClusterIP" },
    `${service}.externalTrafficPolicy has no effect: nothing outside`,
    `${service}.loadBalancerClass has no effect`,
    `${service}.loadBalancerSourceRanges has no effect`,
    `${service}.nodePorts.http has no effect`,
    `${service}.nodePorts.https has no effect`,
  ],
  [
    "what a NodePort has no use for",
    everything,
    `${service}.loadBalancerClass has no effect`,
    `${service}.loadBalancerSourceRanges has no effect: a NodePort has no load balancer, and lets every address in`,
  ],
  [
    "ports that no node opens",
    { [`${service}.nodePorts.http`]: 80, [`${service}.nodePorts.https`]: 32768 },
    `${service}.nodePorts.http is outside the range of node ports`,
    `${service}.nodePorts.https is outside the range of node ports`,
  ],
  [
    "one port of the nodes for two",
    { [`${service}.nodePorts.http`]: 30443, [`${service}.nodePorts.https`]: 30443 },
    `${service}.nodePorts.https is the same port as`,
  ],
  [
    "annotations that are no text, and names that are none",
    { [`${service}.annotations`]: { "example.com/internal": true, "a/b/c": "x" } },
    `${service}.annotations is not accepted: the one called example.com/internal is true or false`,
    `${service}.annotations is not accepted: "a/b/c" is no name`,
  ],
  [
    "pods that can be placed nowhere",
    {
      "scheduling.nodeSelector": { disk: "a b" },
      "scheduling.tolerations": [{ effect: "NoSchedule" }, { key: "a", operator: "Exists", value: "b" }, { key: 1 }],
      "images.pullSecrets": ["Not A Name"],
      "storage.className": "",
    },
    "scheduling.nodeSelector is not accepted",
    "scheduling.tolerations[0] has no key",
    "scheduling.tolerations[1] has a value",
    "scheduling.tolerations[2].key is a number",
    "images.pullSecrets[0] ",
    "storage.className is empty",
  ],
];

describe("what differs per cluster, in the configuration", () => {
  for (const [title, settings, ...says] of refused) {
    it(`refuses ${title}`, () => {
      const texts = problemsOf(settings).map(({ key, reason }) => `${key} ${reason}`);
      assert.equal(texts.length, says.length, texts.join("\n"));
      for (const start of says)
        assert.ok(
          texts.some((text) => text.startsWith(start)),
          `${start}:\n${texts.join("\n")}`,
        );
    });
  }

  it("has a load balancer by itself where the program installs the gateway, and nothing elsewhere", () => {
    const unset = { annotations: {}, loadBalancerSourceRanges: [], nodePorts: {}, statusPort: false };
    assert.deepEqual(settingsOf({}).ingress.service, { type: "LoadBalancer", ...unset });
    assert.deepEqual(settingsOf(production).ingress.service, unset);
  });

  it("names the commands for an entry whose name has dots", () => {
    const [problem] = problemsOf({ [`${service}.annotations`]: "internal" });
    const fix = problem?.fix.join("\n") ?? "";
    assert.match(fix, /annotations\["service\.beta\.kubernetes\.io\/aws-load-balancer-type"\]' external/);
  });
});
