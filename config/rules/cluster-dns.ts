import type { Fault } from "../problems";
import type { Rule } from "./rule";

const key = "overlay.clusterDns";
const allowed =
  "auto, coredns-custom or corefile; or external once the cluster's DNS has the lines of the output clusterDnsLines";

/**
 * Pods reach the names that a managed controller gives to whoever enrolls. Without lines in the cluster's DNS they lead to
 * the load balancer, whose pods network policies close to them, or nowhere.
 */
export const reachableNames: Rule = (draft): Fault[] => {
  if (draft["controller.manage"] !== true || draft[key] !== "none") return [];
  const host = draft["controller.advertisedHost"] ?? "";
  if (/(^|\.)localhost$/.test(host)) {
    return [
      { key, reason: `leaves ${host} unknown in the cluster: no router could enroll`, allowed, suggestion: "auto" },
    ];
  }
  if (draft["networkPolicies.enabled"] !== true) return [];
  const reason = "lets the overlay's public names lead to the load balancer, which network policies close to pods";
  return [{ key, reason, allowed, suggestion: "auto" }];
};
