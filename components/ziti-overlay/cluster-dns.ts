import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterName } from "../../access/cluster-names";
import { mergeCorefile, renderRewrites } from "../../access/render/corefile";

/** Where the cluster's CoreDNS takes lines from; `none`: nowhere, the operator adds them. */
export type ClusterDnsMode = "none" | "coredns-custom" | "corefile";

const namespace = "kube-system";

/**
 * Makes pods reach our public names inside of the cluster, beside what others wrote for CoreDNS. Returns the lines, for
 * whoever adds them by hand; fails with them where it cannot.
 */
export function createClusterDns(
  name: string,
  mode: ClusterDnsMode,
  names: readonly ClusterName[],
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string[]> {
  const lines = pulumi.output([...renderRewrites(names)]);
  if (mode === "none" || names.length === 0) return lines;
  if (mode === "corefile") return createMergedCorefile(name, names, opts).apply(() => lines);
  createOwnKey(name, names, opts);
  return lines;
}

// A key of our own in a ConfigMap that everybody may add keys to (k3s, RKE2, AKS).
function createOwnKey(name: string, names: readonly ClusterName[], opts: pulumi.CustomResourceOptions): void {
  const data = { "agyn-networking.override": `${renderRewrites(names).join("\n")}\n` };
  new k8s.core.v1.ConfigMapPatch(
    `${name}-cluster-dns`,
    { metadata: { name: "coredns-custom", namespace }, data },
    opts,
  );
}

// The whole Corefile is one value: it is read, merged and written back, and stays when the stack goes. Taking it away
// with us would take the cluster's DNS along.
function createMergedCorefile(
  name: string,
  names: readonly ClusterName[],
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const present = k8s.core.v1.ConfigMap.get(`${name}-corefile`, `${namespace}/coredns`, opts);
  const merged = present.data.apply((data) => {
    const merge = mergeCorefile(data["Corefile"] ?? "", names);
    if ("corefile" in merge) return merge.corefile;
    const lines = renderRewrites(names).map((line) => `    ${line}`);
    throw new pulumi.RunError(
      `The Corefile in ConfigMap ${namespace}/coredns is left as it is: ${merge.refused}.\n` +
        `Set overlay.clusterDns to none and add these lines yourself:\n${lines.join("\n")}`,
    );
  });
  new k8s.core.v1.ConfigMapPatch(
    `${name}-cluster-dns`,
    {
      metadata: { name: "coredns", namespace, annotations: { "pulumi.com/patchForce": "true" } },
      data: { Corefile: merged },
    },
    pulumi.mergeOptions(opts, { retainOnDelete: true }),
  );
  return merged;
}
