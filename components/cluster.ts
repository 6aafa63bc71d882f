import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** Which cluster to install into. Default: the current context of the usual kubeconfig. */
export interface ClusterArgs {
  readonly context?: string;
  /** Content or path of a kubeconfig. */
  readonly kubeconfig?: pulumi.Input<string>;
  /** Take over objects of the same name that exist already. Off, creating one of them is an error. */
  readonly adopt: boolean;
}

/**
 * The one connection to Kubernetes. Secrets and ConfigMaps of fixed names are changed in place: replacing one would
 * delete it under the pods that mount it.
 */
export function createCluster(name: string, { adopt, ...connection }: ClusterArgs): k8s.Provider {
  return new k8s.Provider(name, {
    ...connection,
    upsertExistingObjects: adopt,
    enableServerSideApply: true,
    enableConfigMapMutable: true,
    enableSecretMutable: true,
  });
}
