import { mergeCorefile } from "./corefile";

/** What the program says about the cluster's CoreDNS; `auto`: look which of the two it is. */
export type ClusterDnsMode = "auto" | "coredns-custom" | "corefile";

/** Where CoreDNS takes our lines from: a ConfigMap that anybody may add keys to, or the Corefile itself. */
export type Place = "coredns-custom" | "corefile";

/** The part of a ConfigMap that is looked at. */
export interface ConfigMap {
  readonly metadata: {
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
}

// k3s: /etc/coredns/custom/*.override; AKS: custom/*.override.
const customImport = /^\s*import\s+\S*custom\/\*\.override\s*$/m;
const addonLabel = "eks.amazonaws.com/component";

/**
 * Where lines go in a cluster whose ConfigMap kube-system/coredns is `coredns`, undefined when there is none; or why they
 * go nowhere.
 */
export function findPlace(
  mode: ClusterDnsMode,
  coredns: ConfigMap | undefined,
  lines: readonly string[],
): { readonly place: Place } | { readonly refused: string } {
  if (mode === "coredns-custom") return { place: "coredns-custom" };
  if (coredns === undefined) return { refused: "there is no ConfigMap kube-system/coredns" };
  const corefile = coredns.data?.["Corefile"];
  if (corefile === undefined) return { refused: "the ConfigMap kube-system/coredns has no key Corefile" };
  if (mode === "auto" && customImport.test(corefile)) return { place: "coredns-custom" };
  if (mode === "auto" && coredns.metadata.labels?.[addonLabel] !== undefined) {
    return { refused: "the ConfigMap kube-system/coredns belongs to an add-on of EKS, which writes it anew" };
  }
  const merge = mergeCorefile(corefile, lines);
  return "refused" in merge
    ? { refused: `the Corefile in ConfigMap kube-system/coredns cannot be changed: ${merge.refused}` }
    : { place: "corefile" };
}
