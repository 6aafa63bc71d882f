import type { Toleration } from "../config/values/toleration";

/** What the operator says about every pod that the program installs: how it pulls images, and where it runs. */
export interface PodSettings {
  /** Names of Secrets in the pod's namespace. */
  readonly pullSecrets: readonly string[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
}

const nothing: PodSettings = { pullSecrets: [], nodeSelector: {}, tolerations: [] };

/** Nodes and taints, under the names that pods and charts have for them; nothing where the operator said nothing. */
export function toPlacement({ nodeSelector, tolerations }: PodSettings = nothing) {
  return {
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector: { ...nodeSelector } }),
    ...toTolerations(tolerations),
  };
}

/** Taints alone, for charts that have them by component. */
export function toTolerations(tolerations: readonly Toleration[]) {
  return tolerations.length > 0 ? { tolerations: [...tolerations] } : {};
}

/** The Secrets under a name of the chart's, as references; nothing where there are none. */
export function toPullSecrets<Key extends string>(key: Key, { pullSecrets }: PodSettings = nothing) {
  if (pullSecrets.length === 0) return {};
  return { [key]: pullSecrets.map((name) => ({ name })) } as Record<Key, { name: string }[]>;
}

/** The part of a pod's spec that the operator decides. */
export function toPodSpec(pods?: PodSettings) {
  return { ...toPullSecrets("imagePullSecrets", pods), ...toPlacement(pods) };
}
