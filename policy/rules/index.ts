import type { Resource, Rule, Surroundings } from "../rule";
import { explainedEgress, publicEgressOnly } from "./egress";
import { explicitHosts, privateManagement, privateServices } from "./exposure";
import { namedCallers, namedPaths, permissiveNeedsReason, scopedExceptions } from "./mesh";
import { publicTls } from "./production";
import { noPlaintextSecret } from "./secrets";

/** Every rule of the pack, in the order of its documentation. */
export const rules: readonly Rule[] = [
  permissiveNeedsReason,
  privateServices,
  explicitHosts,
  privateManagement,
  namedCallers,
  namedPaths,
  noPlaintextSecret,
  explainedEgress,
  scopedExceptions,
  publicEgressOnly,
  publicTls,
];

/** What one rule says about one resource, a sentence each with the fix; empty when nothing is wrong. */
export function judge(rule: Rule, resource: Resource, surroundings: Surroundings): readonly string[] {
  if (rule.productionOnly === true && !surroundings.production) return [];
  return rule.validate(resource, surroundings).map((what) => `${resource.name} ${what}. ${rule.fix}`);
}
