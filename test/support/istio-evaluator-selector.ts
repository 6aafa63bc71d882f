import type { Manifest } from "../../access/render/manifest";

/** A pod behind a proxy. */
export interface Workload {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

function selectedLabels({ spec }: Manifest): Readonly<Record<string, string>> {
  if (spec.targetRefs !== undefined) throw new Error("the evaluator does not know targetRefs");
  return ((spec.selector ?? {}) as { matchLabels?: Record<string, string> }).matchLabels ?? {};
}

/** Whether a policy is for every workload in its reach. */
export function selectsAll(policy: Manifest): boolean {
  return Object.keys(selectedLabels(policy)).length === 0;
}

/** Whether the labels of a workload are those that a policy asks for; its namespace is not looked at. */
export function selectsLabels(policy: Manifest, { labels }: Workload): boolean {
  return Object.entries(selectedLabels(policy)).every(([label, value]) => labels[label] === value);
}
