import { isCaseOf, type Case } from "./case";
import { cases } from "./cases";
import type { Observed } from "./objects";
import type { Owner } from "./owners";
import { findSymptoms, type Symptom } from "./symptoms";

/** Why something is not ready, for a person. Texts are clean: one line each, no secret, no control character. */
export interface Finding {
  /** The case: `image-missing`. */
  readonly id: string;
  /** What a person installed that waits for it. */
  readonly owner: Owner;
  /** The object, with its container: `Pod ziti/ziti-router-abc, container ziti-router`. */
  readonly subject: string;
  readonly cause: string;
  readonly fix: string;
  /** What the cluster says itself: reason and message, then the last lines of the log. */
  readonly evidence: readonly string[];
  /** The same for the same reason, whichever pod has it and however often. */
  readonly key: string;
  /** Seconds for which it has to last before it is told in a run. */
  readonly patience: number;
}

/** Why what was observed is not ready: one finding per reason of each owner. Pure. */
export function diagnose(observed: Observed): readonly Finding[] {
  const found = findSymptoms(observed).map(toFinding);
  return [...new Map(found.map((finding) => [finding.key, finding])).values()];
}

function toFinding(symptom: Symptom): Finding {
  const { owner, container, subject, reason, message, log } = symptom;
  const known = findCase(symptom);
  const said = [reason, message].filter((text) => text !== "").join(": ");
  return {
    id: known.id,
    owner,
    subject: container === undefined ? subject : `${subject}, container ${container}`,
    cause: known.cause(symptom),
    fix: known.fix(symptom),
    evidence: [said, ...log.map((line) => `log: ${line}`)],
    key: [owner.kind, owner.namespace, owner.name, known.id, container ?? ""].join(" "),
    patience: known.patience,
  };
}

// Each place ends with a case that meets everything.
function findCase(symptom: Symptom): Case {
  const found = cases.find((one) => isCaseOf(one, symptom));
  if (found === undefined) throw new Error(`no case for ${symptom.where} ${symptom.reason}`);
  return found;
}

/** A finding as one warning: the sentence first, what the cluster says below it. */
export function renderFinding({ owner, subject, cause, fix, evidence }: Finding): string {
  const place = owner.namespace === "" ? "" : ` in ${owner.namespace}`;
  const whole = `${owner.kind} ${owner.name}${place} is not ready: ${subject}: ${cause}. ${fix}`;
  return [whole, ...evidence.map((line) => `    ${line}`)].join("\n");
}
