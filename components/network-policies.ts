import * as pulumi from "@pulumi/pulumi";
import type { Enforcement } from "../access/answers/enforcement";
import { describeFlows } from "../access/model/flows/describe";
import { describeEgress } from "../access/model/flows/known-egress";
import type { Manifest } from "../access/render/manifest";
import type { Model } from "../access/model/model";
import { renderAdmissionGuard } from "../access/render/admission-guard";
import { renderNetworkPolicies } from "../access/render/network-policies";
import { childOptions } from "./child-options";
import { createEnforcementProbe, type EnforcementProbeArgs } from "./enforcement-probe";
import { createManifests } from "./manifests";

/** What the network policies are rendered from; `networkPolicies.enabled` of the model's options is the one switch. */
export interface NetworkPoliciesArgs {
  readonly model: Model;
  /** Guard pods, Services and Gateways at admission, whether or not the policies are on. */
  readonly admission: boolean;
  /** Say what the policies would cut while they are off. */
  readonly report: boolean;
  /** Measure whether the cluster enforces policies. Unset: nothing is measured. */
  readonly probe?: EnforcementProbeArgs;
  /** Fail unless the probe saw them enforced. */
  readonly requireEnforcement: boolean;
  /** What is installed before anything is closed: hooks of charts run in pods that the model does not know. */
  readonly installed: readonly pulumi.Resource[];
}

/**
 * Packet filters under the mesh: each managed namespace is closed in both directions, and each flow of the access model
 * is opened at both of its ends. Registers nothing unless switched on.
 */
export class NetworkPolicies extends pulumi.ComponentResource {
  /** `namespace/name` of every NetworkPolicy; empty while switched off. */
  public readonly policies: pulumi.Output<string[]>;
  /** Every flow that is open, or would be: a line each. Empty while the policies are off and no report is wanted. */
  public readonly flows: pulumi.Output<string[]>;
  /** What the probe found; undefined without one. Rejects where enforcement is required and was not seen. */
  public readonly enforcement?: pulumi.Output<Enforcement>;

  constructor(name: string, args: NetworkPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("agyn:index:NetworkPolicies", name, {}, opts);
    const child = childOptions(this, opts);
    const afterInstall = pulumi.mergeOptions(child, { dependsOn: [...args.installed] });
    const { enabled } = args.model.options.networkPolicies;
    const manifests = renderNetworkPolicies(args.model);

    // Allow first, deny last; deletion runs the other way round. No flow is cut while the set is only half there.
    const allowing = createManifests(
      name,
      manifests.filter((manifest) => !isDefaultDeny(manifest)),
      afterInstall,
    );
    createManifests(name, manifests.filter(isDefaultDeny), pulumi.mergeOptions(afterInstall, { dependsOn: allowing }));
    if (args.admission) createManifests(name, renderAdmissionGuard(args.model), afterInstall);
    if (args.probe)
      this.enforcement = this.measure(`${name}-enforcement-probe`, args.probe, args.requireEnforcement, child);
    this.announce(args);

    this.policies = pulumi.output(manifests.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
    this.flows = pulumi.output(enabled || args.report ? [...describeFlows(args.model)] : []);
    this.registerOutputs({ policies: this.policies, flows: this.flows });
  }

  private measure(
    name: string,
    probe: EnforcementProbeArgs,
    isRequired: boolean,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Output<Enforcement> {
    return createEnforcementProbe(name, probe, opts).apply((enforcement) => {
      const { verdict, because } = enforcement;
      if (verdict === "enforced") return enforcement;
      const found = `network policies are ${wordings[verdict]} by this cluster. ${because}`;
      // A preview before the first measurement has nothing to hold against anybody.
      const isEarly = pulumi.runtime.isDryRun() && verdict === "inconclusive";
      if (isRequired && !isEarly) throw new pulumi.RunError(`networkPolicies.requireEnforcement: ${found} ${remedy}`);
      void pulumi.log.warn(`${found} ${remedy}`, this);
      return enforcement;
    });
  }

  // What gets cut stands in every preview: as a warning once it happens, as a forecast before.
  private announce({ model, report }: NetworkPoliciesArgs): void {
    const { enabled } = model.options.networkPolicies;
    const log = enabled ? pulumi.log.warn : pulumi.log.info;
    if (enabled || report) for (const sentence of describeEgress(model.options)) void log(sentence, this);
  }
}

const wordings = { notEnforced: "not enforced", inconclusive: "not shown to be enforced" };
const remedy =
  "`agyn-net preflight` names the network plugin. To measure again: pulumi up --replace '**enforcement-probe**'";

function isDefaultDeny({ spec }: Manifest): boolean {
  return spec.ingress === undefined && spec.egress === undefined;
}
