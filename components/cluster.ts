import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** Which cluster to install into. Default: the current context of the usual kubeconfig. */
export interface ClusterArgs {
  readonly context?: string;
  /** Content or path of a kubeconfig. */
  readonly kubeconfig?: pulumi.Input<string>;
}

/**
 * The one connection to Kubernetes. Secrets and ConfigMaps of fixed names are changed in place: replacing one would
 * delete it under the pods that mount it.
 */
export function createCluster(name: string, args: ClusterArgs): k8s.Provider {
  return new k8s.Provider(name, {
    ...args,
    enableServerSideApply: true,
    enableConfigMapMutable: true,
    enableSecretMutable: true,
  });
}
