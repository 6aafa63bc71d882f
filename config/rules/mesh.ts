import { validateExceptions, validateExceptionScope } from "../../access/model/exceptions";
import { isExpired, validateExtraCallers } from "../../access/model/extra-callers";
import type { Problem } from "../../access/model/problem";
import { validateServiceAccounts } from "../../access/model/service-accounts";
import type { Draft } from "../field";
import type { Fault } from "../problems";
import { unnamedRevision } from "../settings";
import { sharedValues, type Rule } from "./rule";

function toFault({ key, allowed, fix, suggestion }: Problem): Fault {
  return { key, reason: `is not accepted. ${fix}`, allowed, suggestion };
}

function namespacesOf(draft: Draft) {
  return {
    platform: draft["namespaces.platform"],
    workloads: draft["namespaces.workloads"],
    ingress: draft["namespaces.ingress"],
    mesh: draft["namespaces.mesh"],
    overlay: draft["namespaces.overlay"],
  };
}

/** Services, RPCs and namespaces that callers of the operator's own name are those of the platform. */
export const knownCallers: Rule = (draft) =>
  validateExtraCallers(draft["mesh.extraCallers"] ?? [], namespacesOf(draft)).map(toFault);

/** One entry per caller and service: two would need a rule for which of them counts. */
export const distinctCallers: Rule = (draft) => {
  const named = (draft["mesh.extraCallers"] ?? []).flatMap((caller, index): [string, string][] => [
    [`mesh.extraCallers[${index}]`, [caller.service, caller.namespace, caller.serviceAccount].join(" ")],
  ]);
  return sharedValues(named).flatMap(([first = "", ...others]) =>
    others.map((key): Fault => ({
      key,
      reason: `names the same caller and service as ${first}: list all methods in one entry`,
      fix: "remove",
    })),
  );
};

/** A permission with an end is renewed or removed when it is over. Nothing else would close it. */
export const currentCallers: Rule = (draft, now) =>
  (draft["mesh.extraCallers"] ?? []).flatMap((caller, index): Fault[] => {
    if (!isExpired(caller, now)) return [];
    const reason = `was the last day of ${caller.namespace}/${caller.serviceAccount}: it expired on ${caller.expires}`;
    const allowed = `a day from ${now.toISOString().slice(0, 10)} on; or remove mesh.extraCallers[${index}]`;
    return [{ key: `mesh.extraCallers[${index}].expires`, reason, allowed }];
  });

/** Exceptions to mutual TLS are for pods that the mesh knows; in production for one port of one workload each. */
export const scopedExceptions: Rule = (draft) => {
  const exceptions = draft["mesh.exceptions"] ?? [];
  const scope = draft.profile === "production" ? validateExceptionScope(exceptions) : [];
  const problems = validateExceptions(exceptions, namespacesOf(draft));
  // A port without a workload is wrong in every profile, and is said once.
  return [...problems, ...scope.filter(({ key }) => !problems.some((problem) => problem.key === key))].map(toFault);
};

/** Each workload has a ServiceAccount of its own, also where it is renamed. */
export const ownAccounts: Rule = (draft) => {
  const serviceAccounts = draft["mesh.serviceAccounts"] ?? [];
  return validateServiceAccounts({ serviceAccounts, manage: draft["mesh.manage"] ?? false }).map(toFault);
};

/** A revision is one control plane: the current one is not kept beside itself, and the unnamed one has no name. */
export const distinctRevisions: Rule = (draft) => {
  const { "mesh.manage": manage, "mesh.revision": revision, "mesh.retained": retained = [] } = draft;
  const named = manage === true && revision === unnamedRevision;
  const reason = "is what Istio calls the unnamed revision: leave the setting out for that one";
  return [
    ...(named ? [{ key: "mesh.revision", reason, allowed: "another name", fix: "remove" } as const] : []),
    ...retained.flatMap((kept, index): Fault[] => {
      const key = `mesh.retained[${index}]`;
      const first = retained.findIndex((other) => other.revision === kept.revision);
      if (first < index) return [{ key, reason: `names the same revision as mesh.retained[${first}]`, fix: "remove" }];
      if (kept.revision !== (revision ?? unnamedRevision)) return [];
      const what = revision === undefined ? "without mesh.revision" : "as mesh.revision";
      return [{ key, reason: `names the current revision (${what}): keep one that is older`, fix: "remove" }];
    }),
  ];
};
