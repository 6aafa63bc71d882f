import type { Enforcement } from "../../access/answers/enforcement";
import type { Named, Reading, Unread } from "../../kubernetes/reading";
import type { DaemonSet } from "./network-plugin";
import { findingsOf, type Finding } from "./finding";

interface Container {
  readonly name: string;
  readonly image?: string;
}

/** A Pod. */
export interface Pod extends Named {
  readonly spec: {
    readonly serviceAccountName?: string;
    readonly hostNetwork?: boolean;
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** A Deployment. */
export interface Deployment extends Named {
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly Container[] } } };
}

/** A ConfigMap. */
export interface ConfigMap extends Named {
  readonly data?: Readonly<Record<string, string>>;
}

/** A port of a Service. */
export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly appProtocol?: string;
}

/** A Service. */
export interface Service extends Named {
  readonly spec: { readonly ports?: readonly ServicePort[] };
}

/** Everything the checks know about a cluster. */
export interface Facts {
  /** Address of the API server. */
  readonly server: string;
  /** Version of the API server, as in `v1.34.1`. */
  readonly version: Reading<string>;
  /** Plural names that each API group serves in a version, by `group/version`; empty when it is not served. */
  readonly served: ReadonlyMap<string, Reading<readonly string[]>>;
  /** The istiod Deployments of the mesh namespace. */
  readonly controlPlanes: Reading<readonly Deployment[]>;
  /** ConfigMaps of the mesh namespace. */
  readonly meshConfigs: Reading<readonly ConfigMap[]>;
  /** Webhooks that inject sidecars: one per revision and per revision tag. */
  readonly injectors: Reading<readonly Named[]>;
  /** By name; undefined when there is none. */
  readonly namespaces: ReadonlyMap<string, Reading<Named | undefined>>;
  /** Running pods of the platform namespace. */
  readonly pods: Reading<readonly Pod[]>;
  /** Services of the platform namespace. */
  readonly services: Reading<readonly Service[]>;
  /** ServiceAccounts by namespace. */
  readonly accounts: ReadonlyMap<string, Reading<readonly Named[]>>;
  /** DaemonSets where network plugins run, one reading per namespace; none while nothing asks for network policies. */
  readonly plugins: readonly Reading<readonly DaemonSet[]>[];
  /** What the probe measured; undefined while nothing asks for it, or before it has run. */
  readonly measured: Reading<Enforcement | undefined>;
}

/** The finding for something that could not be read: names the missing right, or the reason. */
export function toUnknown<Name extends string>(check: Name, subject: string, unread: Unread): Finding<Name> {
  const { unknown } = findingsOf(check);
  if ("reason" in unread) return unknown(subject, unread.reason, "Run it again once the server answers.");
  const { verb, resource, namespace } = unread.lacks;
  const where = namespace === undefined ? "in the whole cluster" : `in namespace ${namespace}`;
  const right = `${verb} ${resource}`;
  return unknown(
    subject,
    `the identity of the kubeconfig may not ${right} ${where}`,
    `Grant it the RBAC verb: ${right} ${where}; or run it as somebody who has it.`,
  );
}
