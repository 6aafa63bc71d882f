import type { Enforcement } from "../../../access/answers/enforcement";
import { type Facts, toUnknown } from "../facts";
import { type Finding, findingsOf } from "../finding";
import { findPlugin } from "../network-plugin";

const { pass, fail, warn, unknown } = findingsOf("packets");
const measure = "pulumi config set --path agyn-networking:networkPolicies.probe true";

const subject = "enforcement";
const again = "pulumi up --replace '**enforcement-probe**'";
const install = "Install a plugin that enforces them (Calico, Cilium), or switch its enforcement on";

/**
 * Whether the cluster enforces policies: what the probe measured counts before what is known of the network plugin. None
 * while nothing asks for policies.
 */
export function examinePlugin({ plugins, measured }: Facts): Finding[] {
  if (plugins.length === 0) return [];
  const told = "value" in measured ? examineMeasured(measured.value) : toUnknown("packets", subject, measured);
  if (told !== undefined && told.verdict !== "unknown") return [told];
  // A measurement that says nothing is worth its own fix only where nothing else is known.
  const known = examineKnown(plugins);
  return [known.verdict === "unknown" ? (told ?? known) : known];
}

function examineMeasured(enforcement: Enforcement | undefined): Finding | undefined {
  if (enforcement === undefined) return undefined;
  const cause = `measured: ${enforcement.because}`;
  if (enforcement.verdict === "enforced") return pass(subject, cause);
  if (enforcement.verdict === "inconclusive") return unknown(subject, cause, `Measure it again: ${again}`);
  return fail(subject, cause, `${install}, and measure again: ${again}`);
}

function examineKnown(plugins: Facts["plugins"]): Finding {
  const plugin = findPlugin(plugins);
  if (!("value" in plugin)) return toUnknown("packets", subject, plugin);
  if (plugin.value === undefined) {
    const cause = "no network plugin that is known to enforce policies was found";
    return unknown(subject, cause, `Measure it: ${measure}, then pulumi up`);
  }
  const { name, enforces, gap } = plugin.value;
  if (!enforces) return fail(subject, `the network plugin ${name} ignores policies: nothing is closed`, `${install}.`);
  if (gap === undefined) return pass(subject, `the network plugin ${name} enforces policies`);
  return warn(subject, `the network plugin ${name} enforces policies, but ${gap}`, measure);
}
