import { diagnose } from "../../../kubernetes/diagnosis/diagnose";
import type { Unread } from "../../../kubernetes/reading";
import { toUnknown } from "../../preflight/facts";
import { findingsOf } from "../../preflight/finding";
import type { VerifyFacts } from "../facts";
import type { Finding } from "../finding";

const { pass, fail } = findingsOf("pods");

/** Every pod is ready; what is not says why, in the words that a run of `pulumi up` has for it. */
export function examinePods({ pods: observed }: VerifyFacts): Finding[] {
  const findings = diagnose(observed).map(({ owner, subject, cause, fix, evidence }) => {
    return fail(`${owner.kind} ${owner.name}`, [`${subject}: ${cause}`, ...evidence].join("; "), fix);
  });
  const unread = [...new Map(observed.unread.map((one) => [titleOf(one), one])).entries()];
  const unknown = unread.map(([title, one]) => toUnknown("pods", title, one));
  if (findings.length > 0 || unread.length > 0) return [...findings, ...unknown];
  return [pass("pods", `${observed.pods.length} pods, and nothing keeps one of them from being ready`)];
}

function titleOf(unread: Unread): string {
  return "lacks" in unread ? `${unread.lacks.resource} of ${unread.lacks.namespace ?? "the cluster"}` : "pods";
}
