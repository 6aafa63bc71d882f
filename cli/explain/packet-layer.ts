import type { Manifest } from "../../access/render/manifest";
import type { Pods } from "./ends";
import type { Layer } from "./layer";
import { judgePackets } from "./packets";

const off: Layer = {
  layer: "network policies",
  verdict: "absent",
  rule: "networkPolicies.enabled: false",
  because: "Nothing is filtered: the layers above decide alone.",
};

const unfiltered = "no policy selects these pods";

/** What the network policies say about a TCP port, at both ends. None are given when they are switched off. */
export function explainPackets(policies: readonly Manifest[], from: Pods, to: Pods, port: number): Layer {
  if (policies.length === 0) return off;
  const ends = [
    ["out of the caller", judgePackets(policies, "Egress", from, to, { port })],
    ["into the callee", judgePackets(policies, "Ingress", to, from, { port })],
  ] as const;
  const deciding = ends.filter(([, { verdict }]) => verdict === "closed");
  const told = deciding.length > 0 ? deciding : ends;
  const rule = told.map(([end, { policies: names }]) => `${end}: ${names.join(", ") || unfiltered}`).join("; ");
  const reasons = [...new Set(told.flatMap(([, { because }]) => because ?? []))].join(" ");
  if (deciding.length === 0)
    return { layer: "network policies", verdict: "open", rule, because: reasons || unfiltered };
  const change =
    "A call of the model opens both ends: what opens the mesh opens the packets too, at the callee for every pod of the caller's namespace.";
  return { layer: "network policies", verdict: "closed", rule, because: `Port ${port}: ${reasons}`, change };
}

/** The name of a workload that serves nothing: it has no Service, so that no resolver knows it. */
export function explainMissingName(name: string): Layer {
  const because = "It is a client and serves nothing: it has no Service, and so no name.";
  return { layer: "DNS", verdict: "closed", rule: `no Service behind ${name}`, because };
}

/** Whether the network policies let pods resolve names. */
export function explainNameLookup(policies: readonly Manifest[], pods: Pods, name: string): Layer {
  const kubeDns = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };
  const { verdict, policies: names } = judgePackets(policies, "Egress", pods, kubeDns, { port: 53, protocol: "UDP" });
  const rule = verdict === "unfiltered" ? "the cluster's DNS" : names.join(", ");
  const isOpen = verdict !== "closed";
  const because = isOpen ? `The cluster's DNS answers for ${name}.` : "The pod may not ask the cluster's DNS.";
  return { layer: "DNS", verdict: isOpen ? "open" : "closed", rule, because };
}
