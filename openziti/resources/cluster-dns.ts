import * as pulumi from "@pulumi/pulumi";
import type { ClusterDnsMode } from "../cluster-dns/place";

/** Arguments of `ClusterDns`. */
export interface ClusterDnsArgs {
  /**
   * `coredns-custom`: a key in the ConfigMap of that name (k3s, AKS). `corefile`: lines between two marks in the Corefile
   * (kubeadm, kind, minikube). `auto`: whichever the cluster's Corefile asks for; refused where neither is right.
   */
  readonly mode: ClusterDnsMode;
  /** CoreDNS lines of the block that answers for all names. */
  readonly lines: readonly string[];
}

/**
 * Lines of the stack's own in the cluster's CoreDNS. Others' lines stay as they are, and deleting this takes exactly these
 * away. Needs a provider with `kubernetes`.
 */
export class ClusterDns extends pulumi.CustomResource {
  declare public readonly lines: pulumi.Output<string[]>;
  /** Where the lines are: `coredns-custom` or `corefile`. */
  declare public readonly place: pulumi.Output<string>;

  constructor(name: string, args: ClusterDnsArgs, opts?: pulumi.CustomResourceOptions) {
    super("openziti:index:ClusterDns", name, { ...args, place: undefined, created: undefined }, opts);
  }
}
