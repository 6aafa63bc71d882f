import type { ModelOptions } from "../options";
import { knownEgress, type KnownEgress } from "../../platform/known-egress";

/** The components whose need of the internet the policies would cut: nobody named an exception for them. */
function findUncovered({ networkPolicies, certManager }: ModelOptions): readonly KnownEgress[] {
  const named = new Set(networkPolicies.internetEgress.map(({ service }) => service));
  return knownEgress.filter(({ service }) => !named.has(service) && (service !== "cert-manager" || certManager.manage));
}

/** What the network policies cut, and what they leave open on purpose, a sentence each; whether or not they are on. */
export function describeEgress(options: ModelOptions): readonly string[] {
  const { llmProviders, agentEgress } = options.networkPolicies;
  const cut = findUncovered(options).map(({ service, needs }) => `${service} (${needs})`);
  return [
    ...(cut.length === 0
      ? []
      : [
          `Network policies close the internet to components that use it today: ${cut.join("; ")}. ` +
            `Name in networkPolicies.internetEgress those that you use.`,
        ]),
    ...(llmProviders.length > 0
      ? []
      : [
          "No LLM provider is configured (networkPolicies.llmProviders): the LLM Proxy reaches none outside of the cluster.",
        ]),
    ...(agentEgress === "overlayOnly"
      ? []
      : ["Agents reach the public internet (networkPolicies.agentEgress): what they know can leave the platform."]),
  ];
}
