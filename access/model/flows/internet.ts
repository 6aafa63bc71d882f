import { toBlock } from "../address-blocks";
import type { InternetEgress, ModelOptions } from "../options";
import { isServiceName } from "../../platform/services";
import { certManagerPods, istiodPods, platformPods } from "./ends";
import { everyPod, tcp, type AddressesEnd, type Flow, type PodsEnd } from "./flow";

const everywhere = ["0.0.0.0/0", "::/0"];

/** What is no service of the platform, but may be named as an exception too. */
export const otherEgressServices = ["cert-manager", "istiod"] as const;

function exceptionEnd(options: ModelOptions, service: string): PodsEnd {
  if (isServiceName(service)) return platformPods(options, service);
  return service === "istiod" ? istiodPods(options) : certManagerPods(options, "cert-manager");
}

function blocksOf(options: ModelOptions, name: string, cidrs: readonly string[]): AddressesEnd {
  const { clusterAddresses } = options.networkPolicies;
  return { kind: "addresses", name, blocks: cidrs.map((cidr) => toBlock(cidr, clusterAddresses)) };
}

function exceptionFlow(options: ModelOptions, { service, destinations, ports, because }: InternetEgress): Flow {
  const to = blocksOf(options, `exception of ${service}`, destinations);
  return { purpose: "internet", from: exceptionEnd(options, service), to, ports: tcp(...(ports ?? [443])), because };
}

function agentFlows(options: ModelOptions): Flow[] {
  if (options.networkPolicies.agentEgress === "overlayOnly") return [];
  return [
    {
      purpose: "internet",
      from: everyPod(options.namespaces.workloads),
      to: blocksOf(options, "internet", everywhere),
      ports: tcp(80, 443),
      because: "The operator lets agents reach the public internet (networkPolicies.agentEgress).",
    },
  ];
}

/** Ways out of the cluster: the LLM Proxy to the configured providers, and what the operator named. */
export function internetFlows(options: ModelOptions): readonly Flow[] {
  const { llmProviders, internetEgress } = options.networkPolicies;
  const proxy = platformPods(options, "llm-proxy");
  return [
    ...llmProviders.map(({ name, destinations }): Flow => ({
      purpose: "internet",
      from: proxy,
      to: blocksOf(options, name, destinations),
      ports: tcp(443),
      because: `The LLM Proxy calls the provider ${name}.`,
    })),
    ...internetEgress.map((exception) => exceptionFlow(options, exception)),
    ...agentFlows(options),
  ];
}
