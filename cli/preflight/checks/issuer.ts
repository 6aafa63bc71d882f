import type { Model } from "../../../access/model/model";
import { certificateNamespace } from "../../../access/model/certificate-namespace";
import { bootstrapIssuer } from "../../../config/settings";
import { toUnknown } from "../facts";
import { findingsOf, type PublicFinding } from "../finding";
import type { Condition } from "../../../kubernetes/reading";
import type { PublicFacts } from "../public-facts";

const { pass, fail, warn, unknown } = findingsOf("issuer");

/** What a controller says in a condition: reason and message, as far as there are any. */
export function describeCondition({ reason, message }: Condition): string {
  return [reason, message].filter((text) => text !== undefined && text !== "").join(": ") || "without a reason";
}

/** Names for a sentence: "there are a, b". */
export function thereAre(names: readonly string[]): string {
  return names.length === 0 ? "there is none" : `there are ${[...names].sort().join(", ")}`;
}

/** The issuer of the public certificates exists, and cert-manager calls it ready. */
export function examineIssuer({ issuers }: PublicFacts, model: Model): PublicFinding[] {
  const { name, kind } = model.options.ingress.tls.issuer;
  const namespace = kind === "Issuer" ? certificateNamespace(model) : undefined;
  const subject = namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
  if (!("value" in issuers)) return [toUnknown("issuer", subject, issuers)];
  const issuer = issuers.value.find(({ metadata }) => metadata.name === name);
  if (issuer === undefined && name === bootstrapIssuer) {
    return [warn(subject, "does not exist yet", "Nothing before the first run: `pulumi up` creates it.")];
  }
  if (issuer === undefined && model.options.certManager.manage) {
    const fix = "Make it once `pulumi up` has installed cert-manager: no run waits for it.";
    return [warn(subject, "does not exist yet, and until then no public certificate is issued", fix)];
  }
  if (issuer === undefined) {
    const names = thereAre(issuers.value.map(({ metadata }) => metadata.name));
    const fix =
      "Create it, or name one that is there: pulumi config set --path 'agyn-networking:ingress.tls.issuer.name' <name>";
    return [fail(subject, `does not exist (${names}): no public certificate would be issued`, fix)];
  }
  const ready = (issuer.status?.conditions ?? []).find(({ type }) => type === "Ready");
  const where = namespace === undefined ? "" : ` -n ${namespace}`;
  if (ready === undefined || ready.status === "Unknown") {
    const cause = "cert-manager has not reported on it: its controller does not run, or has not come to it";
    return [unknown(subject, cause, "Look for its pods: kubectl get pods -A -l app.kubernetes.io/name=cert-manager")];
  }
  if (ready.status === "True") return [pass(subject, `ready (${describeCondition(ready)})`)];
  const cause = `is not ready, so no public certificate would be issued. cert-manager says: ${describeCondition(ready)}`;
  return [
    fail(subject, cause, `Mend what it says, then look again: kubectl describe ${kind.toLowerCase()}${where} ${name}`),
  ];
}
