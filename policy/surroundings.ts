import { parseSettings } from "../config/parse";
import type { Surroundings } from "./rule";

/** What the engine tells a pack about the stack that it judges. */
interface StackFacts {
  readonly project: string;
  readonly stack: string;
  /** Raw configuration by full key, secrets in clear. */
  readonly config: Readonly<Record<string, string>>;
}

/** Tag of a stack that makes it production whatever its profile: `pulumi stack tag set environment production`. */
const environmentTag = "environment";

/**
 * What the rules need to know of the stack. A configuration that the program refuses has no resources to judge: it
 * counts as production, and nothing in it is exempt.
 */
export function toSurroundings(
  { project, stack, config }: StackFacts,
  tags: ReadonlyMap<string, string>,
): Surroundings {
  const result = parseSettings(config, { project, stack, now: new Date() });
  if ("problems" in result) {
    return { production: true, internetEgress: [] };
  }
  const { profile, namespaces, networkPolicies } = result.settings;
  return {
    production: profile === "production" || tags.get(environmentTag) === "production",
    ingressNamespace: namespaces.ingress,
    platformNamespace: namespaces.platform,
    ...(networkPolicies.agentEgress === "internet" && { openAgentsNamespace: namespaces.workloads }),
    internetEgress: networkPolicies.internetEgress,
  };
}
