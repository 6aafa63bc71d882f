import { CaseCluster, type Feature, type KubectlCommand } from "./case-cluster";
import { probeEnforcement } from "./enforcement";

/** What names the cluster to the cases; set by the command that a person starts, never taken from a shell by itself. */
export interface Given {
  readonly kubeconfig: string;
  readonly context: string;
  /** What every namespace of the run begins with. */
  readonly prefix: string;
  /** kubectl's binary. */
  readonly kubectl: string;
  /** The image of the stand-in platform, where the cluster can pull it. */
  readonly image?: string;
  /** Services of type LoadBalancer are made: a cloud charges for them. */
  readonly loadBalancer: boolean;
}

/** Environment variable with a Given as JSON. */
export const givenVariable = "AGYN_TEST_GIVEN_CLUSTER";

/** The cluster that this run was given, or undefined. */
export function tryReadGiven(environment: NodeJS.ProcessEnv): Given | undefined {
  const text = environment[givenVariable];
  return text === undefined ? undefined : (JSON.parse(text) as Given);
}

interface StorageClasses {
  readonly items: readonly { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } }[];
}

/** A cluster of a person's own. */
export class GivenCluster extends CaseCluster {
  private enforcement?: Promise<string>;

  constructor(private readonly given: Given) {
    super();
  }

  public override namespace(name: string): string {
    return `${this.given.prefix}-${name}`;
  }

  public override async lacks(feature: Feature): Promise<string | undefined> {
    if (feature === "load balancer") return this.given.loadBalancer ? undefined : "not asked for: --load-balancer";
    if (feature === "volumes") return (await this.hasDefaultClass()) ? undefined : "there is no default StorageClass";
    // Asked once: it takes half a minute.
    const verdict = await (this.enforcement ??= probeEnforcement(this));
    return verdict === "enforced" ? undefined : `the program's probe says ${verdict}`;
  }

  protected command(): KubectlCommand {
    const { kubeconfig, context, kubectl } = this.given;
    return { program: kubectl, args: ["--context", context], env: { ...process.env, KUBECONFIG: kubeconfig } };
  }

  private async hasDefaultClass(): Promise<boolean> {
    const { items } = await this.read<StorageClasses>("storageclass");
    return items.some(
      ({ metadata }) => metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
    );
  }
}
