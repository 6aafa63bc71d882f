import type { ModelOptions } from "../options";
import type { ServiceName } from "../../platform/services";

/** A component that needs addresses outside of the cluster today, and for what. */
interface KnownEgress {
  readonly service: ServiceName | "cert-manager";
  readonly needs: string;
}

const known: readonly KnownEgress[] = [
  { service: "gateway", needs: "the OIDC issuer: without its keys nobody can sign in" },
  { service: "media-proxy", needs: "the OIDC issuer, and media at any public address" },
  { service: "egress-gateway", needs: "whatever agents may reach through it" },
  { service: "images", needs: "container registries" },
  { service: "image-proxy", needs: "container registries" },
  { service: "llm", needs: "LLM providers, to test a model" },
  { service: "token-counting", needs: "pictures that messages name by address" },
  { service: "secrets", needs: "an external Vault" },
  { service: "files", needs: "an S3 store outside of the cluster" },
  { service: "telegram-connector", needs: "api.telegram.org" },
  { service: "slack-connector", needs: "Slack's API" },
  { service: "cert-manager", needs: "the ACME server, and the public hosts on port 80 for HTTP-01" },
];

/** The components whose need of the internet the policies would cut: nobody named an exception for them. */
function findUncovered({ networkPolicies, certManager }: ModelOptions): readonly KnownEgress[] {
  const named = new Set(networkPolicies.internetEgress.map(({ service }) => service));
  return known.filter(({ service }) => !named.has(service) && (service !== "cert-manager" || certManager.manage));
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
