import type { Caller } from "../model/caller";
import { ingressEntry } from "../model/entry";
import type { Model } from "../model/model";

/**
 * The one name of a caller in every answer: a workload by its own name, the operator's as `namespace/serviceaccount`, the
 * ingress by what it is.
 */
export function callerName({ options }: Pick<Model, "options">, caller: Caller): string {
  if (caller.kind === "workload") return caller.name;
  if (caller.kind === "anyone") return "anyone";
  if (caller.kind === "account") return `${caller.principal.namespace}/${caller.principal.serviceAccount}`;
  return entryName({ options });
}

/** What the ingress is called: the gateway where its pods are known by a label, else the operator's controller. */
export function entryName({ options }: Pick<Model, "options">): string {
  return ingressEntry(options).selector === undefined ? "the ingress controller" : "the ingress gateway";
}
