import type { Manifest } from "../../../access/manifest";
import type { Settings } from "../../../config/settings";
import { toUnknown } from "../../preflight/facts";
import { findingsOf } from "../../preflight/finding";
import { compareObjects, foreignObjects, titleOf } from "../compare";
import { objectsOf, type LiveObject, type VerifyFacts } from "../facts";
import type { Finding } from "../finding";

const { pass, fail, unknown } = findingsOf("packets");

/** Where the DaemonSets of network plugins run. */
export const pluginNamespaces = ["kube-system", "calico-system", "cilium", "kube-flannel"] as const;

// Plugins that enforce policies, and one that is known not to.
const enforcing = /calico|cilium|antrea|kube-router|weave|canal|aws-node|azure-npm|ovnkube|kube-ovn|kindnet/;
const ignoring = /flannel/;

/** Namespaces that the policies close. */
export function closedNamespaces(expected: readonly Manifest[]): readonly string[] {
  const own = expected.filter(({ kind }) => kind === "NetworkPolicy");
  return [...new Set(own.map(({ metadata }) => metadata.namespace ?? ""))];
}

// Policies add up: whatever rule somebody else's has, it opens.
function examineForeign({ metadata, spec }: LiveObject): Finding[] {
  const { ingress = [], egress = [] } = (spec ?? {}) as { ingress?: readonly object[]; egress?: readonly object[] };
  const opened = [...(ingress.length > 0 ? ["into"] : []), ...(egress.length > 0 ? ["out of"] : [])];
  if (opened.length === 0) return [];
  const cause = `is not of the program and opens ways ${opened.join(" and ")} its pods: policies add up, and ours close nothing that it opens`;
  const fix = `kubectl -n ${metadata.namespace ?? ""} delete networkpolicy ${metadata.name}, or accept what it opens.`;
  return [fail(titleOf("NetworkPolicy", metadata), cause, fix)];
}

function examineEnforcement(facts: VerifyFacts): Finding {
  const subject = "enforcement";
  const readings = pluginNamespaces.map((namespace) => objectsOf(facts, "DaemonSet", namespace));
  const names = readings.flatMap((reading) =>
    "value" in reading ? reading.value.map(({ metadata }) => metadata.name) : [],
  );
  const plugin = names.find((name) => enforcing.test(name));
  if (plugin !== undefined) return pass(subject, `the network plugin ${plugin} enforces policies`);
  const flannel = names.find((name) => ignoring.test(name));
  if (flannel !== undefined) {
    const fix = "Install a plugin that enforces them (Calico, Cilium), or set networkPolicies.enabled to false.";
    return fail(subject, `the network plugin ${flannel} ignores policies: nothing is closed`, fix);
  }
  const unread = readings.find((reading) => !("value" in reading));
  if (unread !== undefined && !("value" in unread)) return toUnknown("packets", subject, unread);
  const fix =
    "Try one closed connection: kubectl -n default run probe --rm -it --image=busybox -- nc -zvw3 <pod> 50051";
  return unknown(subject, "no network plugin that is known to enforce policies was found", fix);
}

/** Packet filters are there unmodified, nobody widens them, and the network plugin enforces them. None when switched off. */
export function examinePackets(facts: VerifyFacts, expected: readonly Manifest[], settings: Settings): Finding[] {
  if (!settings.networkPolicies.enabled) return [];
  const consequence = (name: string) =>
    name === "default-deny" ? "what no policy names is open" : `the flows of ${name} are not those of the model`;
  const kind = "NetworkPolicy";
  return [
    ...compareObjects(facts, expected, { check: "packets", kind, consequence }),
    ...closedNamespaces(expected).flatMap((namespace) =>
      foreignObjects(facts, expected, kind, namespace).flatMap(examineForeign),
    ),
    examineEnforcement(facts),
  ];
}
