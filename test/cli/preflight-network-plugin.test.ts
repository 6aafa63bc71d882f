import { judgeEnforcement } from "../../access/answers/enforcement";
import type { Facts } from "../../cli/preflight/facts";
import type { DaemonSet } from "../../cli/preflight/network-plugin";
import { assertCase, type Case, named } from "./preflight-facts";

const plugin = (name: string, args: readonly string[] = []): DaemonSet => ({
  ...named(name),
  spec: { template: { spec: { containers: [{ name: "agent", args }] } } },
});
const plugins =
  (...found: readonly DaemonSet[]) =>
  () => ({ plugins: [{ value: found }] });
const measured = (message: string | undefined, ...found: readonly DaemonSet[]) => ({
  ...plugins(...found)(),
  measured: { value: judgeEnforcement(message) },
});
const enforced = "allowed=open ingress=closed egress=closed\n";
const notEnforced = "allowed=open ingress=open egress=open\n";
const unreadable = { lacks: { verb: "get", resource: "pods/enforcement-probe-prober", namespace: "agyn-workloads" } };

const pluginCases: readonly Case[] = [
  {
    title: "is flannel alone",
    change: plugins(plugin("kube-flannel-ds")),
    ...{ verdict: "fail", subject: /^enforcement$/, cause: /kube-flannel-ds ignores policies/, fix: /Calico, Cilium/ },
  },
  {
    title: "is the stock one of EKS, switched off",
    change: plugins(plugin("aws-node", ["--enable-network-policy=false"])),
    ...{
      verdict: "fail",
      subject: /^enforcement$/,
      cause: /aws-node ignores policies/,
      fix: /switch its enforcement on/,
    },
  },
  {
    title: "is the stock one of EKS, which overlooks bare pods",
    change: plugins(plugin("aws-node", ["--enable-network-policy=true"])),
    ...{ verdict: "warn", subject: /^enforcement$/, cause: /agents are bare pods/, fix: /networkPolicies\.probe/ },
  },
  {
    title: "is flannel with Calico for the policies",
    change: plugins(plugin("kube-flannel-ds"), plugin("calico-node")),
    ...{ verdict: "pass", subject: /^enforcement$/, cause: /calico-node enforces/, fix: /^$/ },
  },
  {
    title: "is none that is known",
    change: plugins(plugin("node-exporter")),
    ...{ verdict: "unknown", subject: /^enforcement$/, cause: /no network plugin/, fix: /Measure it/ },
  },
  {
    title: "is none that is known, and the probe saw policies enforced",
    change: () => measured(enforced, plugin("node-exporter")),
    ...{ verdict: "pass", subject: /^enforcement$/, cause: /^measured: .* were closed/, fix: /^$/ },
  },
  {
    title: "is the stock one of EKS, and the probe's bare pods saw policies enforced",
    change: () => measured(enforced, plugin("aws-node", ["--enable-network-policy=true"])),
    ...{ verdict: "pass", subject: /^enforcement$/, cause: /^measured: /, fix: /^$/ },
  },
  {
    title: "is said to enforce policies, and the probe saw that it does not",
    change: () => measured(notEnforced, plugin("calico-node")),
    ...{ verdict: "fail", subject: /^enforcement$/, cause: /^measured: .* were open/, fix: /--replace/ },
  },
  {
    title: "is none that is known, and the probe could not tell",
    change: () => measured("allowed=closed", plugin("node-exporter")),
    ...{ verdict: "unknown", subject: /^enforcement$/, cause: /measured: Even the way/, fix: /--replace/ },
  },
  {
    title: "is none that is known, and what the probe measured may not be read",
    change: () => ({ ...plugins(plugin("node-exporter"))(), measured: unreadable as Facts["measured"] }),
    ...{ verdict: "unknown", subject: /^enforcement$/, cause: /may not get pods/, fix: /Grant/ },
  },
  {
    title: "is Calico, and what the probe measured may not be read",
    change: () => ({ ...plugins(plugin("calico-node"))(), measured: unreadable as Facts["measured"] }),
    ...{ verdict: "pass", subject: /^enforcement$/, cause: /calico-node enforces/, fix: /^$/ },
  },
  {
    title: "may not be looked for",
    change: () => ({ plugins: [{ lacks: { verb: "list", resource: "daemonsets.apps", namespace: "kube-system" } }] }),
    ...{ verdict: "unknown", subject: /^enforcement$/, cause: /may not list daemonsets\.apps/, fix: /Grant/ },
  },
];

describe("the preflight of the network plugin", () => {
  for (const one of pluginCases) it(`says ${one.verdict} when it ${one.title}`, () => assertCase("packets", one));
});
