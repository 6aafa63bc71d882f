import type { Settings } from "../../config/settings";
import type { ApiServer } from "../../kubernetes/api-server";
import type { Named, Reading } from "../../kubernetes/reading";

/** A DaemonSet: network plugins are one per node. */
export interface DaemonSet extends Named {
  readonly spec?: {
    readonly template?: {
      readonly spec?: { readonly containers?: readonly { readonly name: string; readonly args?: readonly string[] }[] };
    };
  };
}

// Where the DaemonSets of network plugins run.
const pluginNamespaces = ["kube-system", "calico-system", "cilium", "kube-flannel"] as const;

/** What is known of a cluster's network plugin. `gap`: what it does not do for some pods. */
interface NetworkPlugin {
  readonly name: string;
  readonly enforces: boolean;
  readonly gap?: string;
}

const enforcing = /calico|cilium|antrea|kube-router|weave|canal|azure-npm|ovnkube|kube-ovn|kindnet/;
const ignoring = /flannel/;
const eks = /^aws-node$/;
const eksGap =
  "it guards pods of a Deployment or another controller; agents are bare pods, which it may leave open: measure it with networkPolicies.probe";

// The stock plugin of EKS enforces policies only when told to.
function toEks({ metadata: { name }, spec }: DaemonSet): NetworkPlugin {
  const args = spec?.template?.spec?.containers?.flatMap((container) => container.args ?? []) ?? [];
  const enforces = args.includes("--enable-network-policy=true");
  return enforces ? { name, enforces, gap: eksGap } : { name, enforces };
}

function toPlugin(daemonSet: DaemonSet): NetworkPlugin[] {
  const { name } = daemonSet.metadata;
  if (eks.test(name)) return [toEks(daemonSet)];
  if (enforcing.test(name)) return [{ name, enforces: true }];
  return ignoring.test(name) ? [{ name, enforces: false }] : [];
}

/**
 * The network plugin by its DaemonSets, one that enforces before one that does not (flannel beside Calico is a pair).
 * Undefined: none that is known. A reading that failed is returned as it is when nothing was found in the others.
 */
export function findPlugin(readings: readonly Reading<readonly DaemonSet[]>[]): Reading<NetworkPlugin | undefined> {
  const found = readings.flatMap((reading) => ("value" in reading ? reading.value.flatMap(toPlugin) : []));
  const best = found.find(({ enforces }) => enforces) ?? found[0];
  const unread = readings.find((reading) => !("value" in reading));
  return best === undefined && unread !== undefined && !("value" in unread) ? unread : { value: best };
}

/** Reads the DaemonSets, one list per namespace; nothing while the settings ask for no network policies. */
export async function readPlugins(
  api: ApiServer,
  { networkPolicies: { enabled, probe, report } }: Settings,
): Promise<readonly Reading<readonly DaemonSet[]>[]> {
  if (!enabled && !probe && !report) return [];
  const read = (namespace: string) =>
    api.list<DaemonSet>(`/apis/apps/v1/namespaces/${namespace}/daemonsets`, {
      verb: "list",
      resource: "daemonsets.apps",
      namespace,
    });
  return Promise.all(pluginNamespaces.map(read));
}
