import * as pulumi from "@pulumi/pulumi";
import type { Manifest } from "../access/manifest";
import type { Model } from "../access/model";
import { renderNetworkPolicies } from "../access/render/network-policies";
import { childOptions } from "./child-options";
import { createManifests } from "./manifests";

/** What the network policies are rendered from; `networkPolicies.enabled` of the model's options is the one switch. */
export interface NetworkPoliciesArgs {
  readonly model: Model;
}

/**
 * Packet filters under the mesh: each managed namespace is closed in both directions, and each flow of the access model
 * is opened at both of its ends. Registers nothing unless switched on.
 */
export class NetworkPolicies extends pulumi.ComponentResource {
  /** `namespace/name` of every NetworkPolicy; empty while switched off. */
  public readonly policies: pulumi.Output<string[]>;

  constructor(name: string, args: NetworkPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("agyn:index:NetworkPolicies", name, {}, opts);
    const child = childOptions(this, opts);
    const manifests = renderNetworkPolicies(args.model);

    // Allow first, deny last; deletion runs the other way round. No flow is cut while the set is only half there.
    const allowing = createManifests(
      name,
      manifests.filter((manifest) => !isDefaultDeny(manifest)),
      child,
    );
    createManifests(name, manifests.filter(isDefaultDeny), pulumi.mergeOptions(child, { dependsOn: allowing }));

    this.policies = pulumi.output(manifests.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
    this.registerOutputs({ policies: this.policies });
  }
}

function isDefaultDeny({ spec }: Manifest): boolean {
  return spec.ingress === undefined && spec.egress === undefined;
}
