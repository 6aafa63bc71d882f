import type { Manifest } from "../../../access/render/manifest";
import { renderProbePolicies } from "../../../access/render/enforcement-probe";
import type { Settings } from "../../../config/settings";
import { findingsOf } from "../../preflight/finding";
import { compareObjects, foreignObjects, titleOf } from "../compare";
import { type LiveObject, type VerifyFacts } from "../facts";
import type { Finding } from "../finding";

const { fail } = findingsOf("packets");

/** Namespaces that the policies close. */
export function closedNamespaces(expected: readonly Manifest[]): readonly string[] {
  const own = expected.filter(({ kind }) => kind === "NetworkPolicy");
  return [...new Set(own.map(({ metadata }) => metadata.namespace ?? ""))];
}

// Policies add up: whatever rule somebody else's has, it opens.
function examineForeign({ metadata, spec }: LiveObject): Finding[] {
  const { ingress = [], egress = [] } = (spec ?? {}) as { ingress?: readonly object[]; egress?: readonly object[] };
  const opened = [...(ingress.length > 0 ? ["into"] : []), ...(egress.length > 0 ? ["out of"] : [])];
  if (opened.length === 0) return [];
  const cause = `is not of the program and opens ways ${opened.join(" and ")} its pods: policies add up, and ours close nothing that it opens`;
  const fix = `kubectl -n ${metadata.namespace ?? ""} delete networkpolicy ${metadata.name}, or accept what it opens.`;
  return [fail(titleOf("NetworkPolicy", metadata), cause, fix)];
}

/** Packet filters are there unmodified, and nobody widens them. None when switched off; the plugin is the preflight's. */
export function examinePackets(facts: VerifyFacts, rendered: readonly Manifest[], settings: Settings): Finding[] {
  const { enabled, probe } = settings.networkPolicies;
  if (!enabled) return [];
  const expected = [...rendered, ...(probe ? renderProbePolicies(settings.namespaces.workloads) : [])];
  const consequence = (name: string) => {
    if (name === "default-deny") return "what no policy names is open";
    if (name.startsWith("enforcement-probe-")) return "the probe of enforcement measures something else";
    return `the flows of ${name} are not those of the model`;
  };
  const kind = "NetworkPolicy";
  return [
    ...compareObjects(facts, expected, { check: "packets", kind, consequence }),
    ...closedNamespaces(expected).flatMap((namespace) =>
      foreignObjects(facts, expected, kind, namespace).flatMap(examineForeign),
    ),
  ];
}
