import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** One Helm chart to install as a real Helm release (hooks, upgrades and webhooks need Helm itself). */
export interface ChartArgs {
  /** Chart name inside the repository, for example `istiod`. */
  readonly chart: string;
  /** Exact chart version, from versions.ts. */
  readonly version: string;
  /** `https://…` chart repository, `oci://…` registry prefix, or a folder that holds the charts (air-gapped installs). */
  readonly repository: string;
  readonly namespace: pulumi.Input<string>;
  readonly values: pulumi.Inputs;
}

/**
 * Installs a chart under a fixed release name, so that the names of the objects inside are known to others.
 * Waits until the release is ready; a failed first install is rolled back by Helm (`atomic`). Ten minutes are long on
 * purpose: nothing that keeps a pod from being ready is final (an image is pushed, a node or a Secret comes), and a person
 * does not wait for them in the dark, for the run tells within one (readiness-watch.ts).
 */
export function createRelease(
  name: string,
  releaseName: string,
  args: ChartArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.helm.v3.Release {
  return new k8s.helm.v3.Release(
    name,
    {
      name: releaseName,
      ...chartSource(args),
      version: args.version,
      namespace: args.namespace,
      values: args.values,
      atomic: true,
      timeout: 600,
    },
    opts,
  );
}

function chartSource(args: ChartArgs): Pick<k8s.helm.v3.ReleaseArgs, "chart" | "repositoryOpts"> {
  if (args.repository.startsWith("https://")) {
    return { chart: args.chart, repositoryOpts: { repo: args.repository } };
  }
  return { chart: `${args.repository.replace(/\/$/, "")}/${args.chart}` };
}
