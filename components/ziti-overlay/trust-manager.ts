import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { versions } from "../../versions";
import { createRelease } from "../charts";
import { toPodSpec, type PodSettings } from "../pod-settings";

/** What installing trust-manager needs; used only when the program manages both cert-manager and the controller. */
interface TrustManagerArgs {
  /** cert-manager's namespace. */
  readonly namespace: pulumi.Input<string>;
  readonly chartRepository: string;
  readonly imageRegistry?: string;
  /** Default: nothing special. */
  readonly pods?: PodSettings;
  /** The namespace whose Secrets it reads: the overlay's. It has to exist, the chart puts a Role into it. */
  readonly trustNamespace: pulumi.Input<string>;
}

/** Installs trust-manager, which hands the controller's certificate authority to its clients. */
export function createTrustManager(
  name: string,
  args: TrustManagerArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.helm.v3.Release {
  return createRelease(
    `${name}-trust-manager`,
    "trust-manager",
    {
      chart: "trust-manager",
      version: versions.trustManager,
      repository: args.chartRepository,
      namespace: args.namespace,
      values: trustManagerValues(args),
    },
    opts,
  );
}

/** Values of the `trust-manager` chart. No bundle of ours takes the public authorities, which are an image of their own. */
function trustManagerValues({ trustNamespace, imageRegistry, pods }: TrustManagerArgs) {
  return {
    app: { trust: { namespace: trustNamespace } },
    defaultPackage: { enabled: false },
    ...toPodSpec(pods),
    ...(imageRegistry === undefined ? {} : { imageRegistry }),
  };
}
