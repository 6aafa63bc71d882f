import { isServiceName } from "../../../access/platform/services";
import type { Model } from "../../../access/model/model";
import type { Principal } from "../../../access/model/principal";
import type { Call } from "../../../access/model/call";
import type { Reading } from "../../../kubernetes/reading";
import { type Facts, type Pod, toUnknown } from "../facts";
import { type Finding, findingsOf } from "../finding";
import { isSelected } from "../selector";

const { pass, fail, warn, unknown } = findingsOf("accounts");

/** Namespaces whose ServiceAccounts stand in policies. */
export function callerNamespaces({ calls }: Model): readonly string[] {
  return [...new Set(calls.flatMap(({ caller }) => (caller.kind === "anyone" ? [] : [caller.principal.namespace])))];
}

/** Every principal of the policies exists, and the platform's pods run under the accounts of the model. */
export function examineAccounts(facts: Facts, model: Model): Finding[] {
  return [
    ...callerNamespaces(model).flatMap((namespace) => examineCallers(namespace, facts, model)),
    ...examinePods(facts.pods, model),
  ];
}

function examineCallers(namespace: string, { accounts }: Facts, model: Model): Finding[] {
  const reading = accounts.get(namespace) ?? { reason: "they were not asked for" };
  if (!("value" in reading)) return [toUnknown("accounts", `ServiceAccounts of ${namespace}`, reading)];
  const known = new Set(reading.value.map(({ metadata }) => metadata.name));
  const callers = new Map<string, { readonly principal: Principal; readonly origin: Call["origin"] }>();
  for (const { caller, origin } of model.calls) {
    if (caller.kind === "anyone" || caller.principal.namespace !== namespace) continue;
    const { principal } = caller;
    // An operator's entry is the more telling origin: nothing else names its account.
    if (callers.get(principal.serviceAccount)?.origin === "extraCallers") continue;
    callers.set(principal.serviceAccount, { principal, origin });
  }
  return [...callers.values()].map(({ principal, origin }) =>
    known.has(principal.serviceAccount) ? pass(titleOf(principal), "exists") : absent(principal, origin, model),
  );
}

const titleOf = ({ namespace, serviceAccount }: Principal) => `ServiceAccount ${namespace}/${serviceAccount}`;

function absent(caller: Principal, origin: Call["origin"], { options }: Model): Finding {
  const title = titleOf(caller);
  if (origin === "extraCallers") {
    const fix = "Create it, or correct the entry of mesh.extraCallers: whoever makes it later inherits the permission.";
    return warn(title, "does not exist, and mesh.extraCallers permits it calls", fix);
  }
  if (caller.namespace === options.namespaces.ingress && !options.mesh.manage) {
    const fix =
      "Name the gateway's account: an entry {service: istio-ingressgateway, serviceAccount: …} in mesh.serviceAccounts.";
    return fail(title, "does not exist: the policies would close the platform to the ingress gateway", fix);
  }
  return unknown(
    title,
    "does not exist: its workload is not installed, or runs as another one",
    "Nothing if it is not installed; else an entry in mesh.serviceAccounts with the account it runs as.",
  );
}

function examinePods(pods: Reading<readonly Pod[]>, { services, options }: Model): Finding[] {
  const { platform } = options.namespaces;
  if (!("value" in pods)) return [toUnknown("accounts", `accounts of the pods of ${platform}`, pods)];
  return services.flatMap(({ name, selector, serviceAccount }) => {
    const own = pods.value.filter((pod) => isSelected(pod, selector));
    if (own.length === 0) return [];
    const accounts = new Set(own.map(accountOf));
    const wrong = [...accounts].filter((account) => account !== serviceAccount).sort();
    const title = `pods of ${name}`;
    if (wrong.length === 0) return [pass(title, `run as ${serviceAccount}`)];
    return [fail(title, causeOf(wrong, serviceAccount), fixOf(name, wrong))];
  });
}

const accountOf = ({ spec }: Pod) => spec.serviceAccountName ?? "default";

function causeOf(wrong: readonly string[], wanted: string): string {
  return `run as ${wrong.join(" and ")}, and the policies know ${wanted}: every call of theirs is denied, or counts as another's`;
}

function fixOf(service: string, [first = "", ...others]: readonly string[]): string {
  const isOwn = first !== "default" && others.length === 0 && !isServiceName(first);
  return isOwn
    ? `Add to mesh.serviceAccounts: {service: ${service}, serviceAccount: ${first}}`
    : `Give ${service} a ServiceAccount of its own: set serviceAccountName in its pods' template.`;
}
