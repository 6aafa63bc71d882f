import * as pulumi from "@pulumi/pulumi";

/** A port of a Kubernetes Service that is reached through the API server. */
export interface PortForwardArgs {
  /** Content or path of a kubeconfig. Default: KUBECONFIG, then `~/.kube/config`, then the pod's own account. */
  readonly kubeconfig?: pulumi.Input<string>;
  /** Default: the kubeconfig's current context. */
  readonly context?: pulumi.Input<string>;
  readonly namespace: pulumi.Input<string>;
  /** Name of the Service. Of a cluster one for each address of `url`, in the same order. */
  readonly service: pulumi.Input<string | readonly pulumi.Input<string>[]>;
  /** The Service's port, or the number of its target port. */
  readonly port: pulumi.Input<number>;
}

/** How to reach one OpenZiti controller. Needs `cert` and `key`, or `username` and `password`. */
export interface ProviderArgs {
  /**
   * Base address of the Edge Management API, for example `https://127.0.0.1:1281`. Of a cluster those of all controllers, as
   * a list or with commas: where one cannot be reached, the next takes over.
   */
  readonly url: pulumi.Input<string | readonly pulumi.Input<string>[]>;
  /** Name of the stack: written to the `agyn-stack` tag of every object, and compared before an object is taken over. */
  readonly stack: pulumi.Input<string>;
  /** PEM bundle the controller's certificate must chain to. Default: the authorities Node.js trusts. */
  readonly ca?: pulumi.Input<string>;
  /** PEM client certificate of an admin identity. */
  readonly cert?: pulumi.Input<string>;
  /** PEM private key of `cert`; always kept as a secret. */
  readonly key?: pulumi.Input<string>;
  /** Name of an admin with a password. */
  readonly username?: pulumi.Input<string>;
  /** Password of `username`; always kept as a secret. */
  readonly password?: pulumi.Input<string>;
  /**
   * Connect through the Kubernetes API server to a Service, so that nothing has to be exposed; `url` still gives the host
   * name that TLS verifies. Waits up to five minutes for a ready pod; of a cluster the next controller takes over. Kept as a secret, because a kubeconfig is one.
   */
  readonly portForward?: pulumi.Input<PortForwardArgs>;
  /** Take over objects that exist under a declared name although another tool made them. Default false: refuse. */
  readonly adopt?: pulumi.Input<boolean>;
}

/**
 * A connection to one OpenZiti controller. TLS is always verified, the login happens with the first call that needs it,
 * and credentials are secrets whether or not the caller marked them.
 */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions) {
    const { key, password, portForward, ...open } = args;
    super("openziti", name, { ...open, ...asSecrets({ key, password, portForward }) }, opts);
  }
}

/** Which cluster. */
export interface ClusterChoiceArgs {
  /** Content or path of a kubeconfig. Default: KUBECONFIG, then `~/.kube/config`, then the pod's own account. */
  readonly kubeconfig?: pulumi.Input<string>;
  /** Default: the kubeconfig's current context. */
  readonly context?: pulumi.Input<string>;
}

/** A connection to a cluster's API server alone, for `ClusterDns`; it knows no controller. */
export class ClusterProvider extends pulumi.ProviderResource {
  constructor(name: string, cluster: ClusterChoiceArgs, opts?: pulumi.ResourceOptions) {
    super("openziti", name, asSecrets({ kubernetes: cluster }), opts);
  }
}

function asSecrets(credentials: Readonly<Record<string, unknown>>) {
  const given = Object.entries(credentials).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, pulumi.secret(value)]));
}
