import { both, perProfile, unset, value, type Fields } from "../field";
import type { InternetEgress } from "../settings";
import { listOf, optional, record } from "../values/collections";
import { llmProvider } from "../values/llm-provider";
import { labelName } from "../values/names";
import { addressBlock, portNumber } from "../values/network";
import { flag, oneOf, refuse, text, type ValueType } from "../values/value-type";

const blocks = listOf(addressBlock, "a list of address blocks");

// Names are held against the platform by a rule: here they would hide what else is wrong with the same entry.
const internetEgress = record<InternetEgress>({
  service: text("the name of a platform service"),
  destinations: listOf(addressBlock, "a list of address blocks", 1),
  ports: optional(listOf(portNumber, "a list of TCP ports", 1)),
  because: text("the reason, in a sentence"),
});

// Kinds of one plugin alone are for the operator to write: whoever asks for them learns what does without.
const anyPlugin = oneOf("any");
const cni: ValueType<"any"> = {
  allowed: anyPlugin.allowed,
  read(given) {
    if (given !== "cilium" && given !== "calico") return anyPlugin.read(given);
    return refuse(
      `is not among the allowed values: ${given} enforces the standard policies, and its own kinds are not rendered. ` +
        "For destinations known by host name alone, add a policy of your own with such rules: policies add up",
      "any",
    );
  },
};

const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

/** The network policies. */
export const networkPolicyFields = {
  "networkPolicies.enabled": {
    type: flag,
    help: "Create network policies: agents reach the overlay only, and nothing but the LLM Proxy reaches the internet.",
    example: true,
    ...both(value(false)),
  },
  "networkPolicies.llmProviders": {
    type: listOf(llmProvider, "a list of providers: an address block, `anthropic`, or name and destinations"),
    help: "Providers that the LLM Proxy may reach: an address block, a provider whose blocks are known (`anthropic`), or a set of your own (`name`, `destinations`). Host names do not work: a NetworkPolicy matches addresses.",
    example: ["203.0.113.0/24"],
    ...both(value([])),
  },
  "networkPolicies.internetEgress": {
    type: listOf(internetEgress, "a list of exceptions: service, destinations, ports?, because"),
    help: "Further services that may leave the cluster, where to, and on which TCP ports (443 unless given). `cert-manager` and `istiod` may be named too. Metadata services and your nodes stay closed.",
    example: [
      { service: "gateway", destinations: ["198.51.100.7/32"], because: "the OIDC issuer is outside the cluster" },
    ],
    ...both(value([])),
  },
  "networkPolicies.agentEgress": {
    type: oneOf("overlayOnly", "internet"),
    help: "`overlayOnly`: agents reach the overlay and nothing else. `internet`: the public internet besides, on ports 80 and 443; never private, metadata or cluster addresses.",
    example: "overlayOnly",
    ...both(value("overlayOnly")),
  },
  "networkPolicies.apiServer": {
    type: blocks,
    help: "Addresses of the API server, for the pods that use it. `kubectl get endpointslices -n default -l kubernetes.io/service-name=kubernetes` shows them.",
    example: ["192.0.2.10/32"],
    ...perProfile(value(privateRanges), value([])),
  },
  "networkPolicies.clusterAddresses": {
    type: blocks,
    help: "Blocks of your nodes, pods and Services. They are left out of every exception, however wide. Needed where they are public addresses, and for exceptions to private ones.",
    example: ["192.0.2.0/24"],
    ...both(value([])),
  },
  "networkPolicies.nodeLocalDns": {
    type: blocks,
    help: "Addresses of DNS caches on nodes (NodeLocal DNSCache), reached on port 53 alone.",
    example: ["169.254.20.10/32"],
    ...both(value(["169.254.20.10/32"])),
  },
  "networkPolicies.monitoring": {
    type: labelName("a namespace name"),
    help: "Namespace of your Prometheus, which may read metrics of proxies and control planes. Unset: nobody may.",
    example: "monitoring",
    ...both(unset),
  },
  "networkPolicies.admission": {
    type: flag,
    help: "Refuse at admission, in every namespace the policies close: Services that are not ClusterIP, pods with host ports, the host's network or privileges, and a second public Gateway. Needs Kubernetes 1.30.",
    example: true,
    ...both(value(false)),
  },
  "networkPolicies.report": {
    type: flag,
    help: "While the policies are off: say in every preview what they would cut, and list the flows they would leave open in the output `networkFlows`.",
    example: true,
    ...both(value(false)),
  },
  "networkPolicies.probe": {
    type: flag,
    help: "Measure whether the cluster enforces policies, with two bare pods and two policies of their own in the namespace of the workloads. The verdict is the output `networkPolicyEnforcement`, and a warning unless it is `enforced`.",
    example: true,
    ...both(value(false)),
  },
  "networkPolicies.requireEnforcement": {
    type: flag,
    help: "Fail unless the probe saw policies enforced; an inconclusive probe fails too. Needs `networkPolicies.probe`.",
    example: false,
    ...both(value(false)),
  },
  "networkPolicies.cni": {
    type: cni,
    help: "The network plugin to write policies for. `any`: standard NetworkPolicy objects only, which Cilium and Calico enforce too; rules by host name are not rendered.",
    example: "any",
    ...both(value("any")),
  },
} satisfies Partial<Fields>;
