import type { ServiceName } from "./services";

/** A component that needs addresses outside of the cluster today, and for what. */
export interface KnownEgress {
  readonly service: ServiceName | "cert-manager";
  readonly needs: string;
}

/** Every component that uses the internet today. */
export const knownEgress: readonly KnownEgress[] = [
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
