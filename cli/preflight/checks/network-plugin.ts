import { type Facts, toUnknown } from "../facts";
import { type Finding, findingsOf } from "../finding";
import { findPlugin } from "../network-plugin";

const { pass, fail, warn, unknown } = findingsOf("packets");
const measure = "pulumi config set --path agyn-networking:networkPolicies.probe true";

/** Whether the network plugin is known to enforce policies, with its known gaps. None while nothing asks for policies. */
export function examinePlugin({ plugins }: Facts): Finding[] {
  if (plugins.length === 0) return [];
  const subject = "enforcement";
  const plugin = findPlugin(plugins);
  if (!("value" in plugin)) return [toUnknown("packets", subject, plugin)];
  if (plugin.value === undefined) {
    const cause = "no network plugin that is known to enforce policies was found";
    return [unknown(subject, cause, `Measure it: ${measure}, then pulumi up`)];
  }
  const { name, enforces, gap } = plugin.value;
  if (!enforces) {
    const fix = "Install a plugin that enforces them (Calico, Cilium), or switch its enforcement on.";
    return [fail(subject, `the network plugin ${name} ignores policies: nothing is closed`, fix)];
  }
  if (gap === undefined) return [pass(subject, `the network plugin ${name} enforces policies`)];
  return [warn(subject, `the network plugin ${name} enforces policies, but ${gap}`, measure)];
}
