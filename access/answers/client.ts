import type { Principal } from "../model/principal";
import { callerOf, platformCaller, type Caller } from "../model/caller";
import { ingressEntry } from "../model/entry";
import { entryPods, platformPods } from "../model/flows/ends";
import type { Model } from "../model/model";
import type { RoleName } from "../platform/overlay";
import type { Rpc } from "../platform/rpcs";
import type { ServiceName, StoreName } from "../platform/services";
import { callerName, entryName } from "./names";

/** Pods as packet filters see them. */
export interface Pods {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Pods that ask, by what the mesh knows them as. `pods` is undefined where the operator did not say where they run. */
export interface PodClient {
  readonly kind: "pods";
  readonly title: string;
  readonly caller: Caller;
  readonly pods: Pods | undefined;
}

/** Who asks: pods, holders of an overlay role, or the public. */
export type Client =
  | PodClient
  | { readonly kind: "role"; readonly title: string; readonly role: RoleName }
  | { readonly kind: "public"; readonly title: string };

/**
 * What is asked for: an RPC; a port of a workload or data store (without a number: whichever is open); a public host; the
 * services of an overlay role.
 */
export type Target =
  | { readonly kind: "rpc"; readonly title: string; readonly rpc: Rpc; readonly port: number }
  | { readonly kind: "port"; readonly title: string; readonly callee: ServiceName | StoreName; readonly port?: number }
  | { readonly kind: "host"; readonly title: string; readonly host: string }
  | { readonly kind: "role"; readonly title: string; readonly role: RoleName };

/** Everyone outside of the cluster. */
export const thePublic: Client = { kind: "public", title: "the public" };

/** A workload or data store of the platform as a client. */
export function workloadClient(model: Model, name: ServiceName | StoreName): PodClient {
  const { namespace, labels } = platformPods(model.options, name);
  return { kind: "pods", title: name, caller: platformCaller(model.options, name), pods: { namespace, labels } };
}

/** What brings the public's requests; without an identity where it is outside of the mesh. */
export function entryClient(model: Model): PodClient {
  const { caller: principal } = ingressEntry(model.options);
  const [end] = entryPods(model.options);
  const caller: Caller = principal === undefined ? { kind: "anyone" } : { kind: "entry", principal };
  return {
    kind: "pods",
    title: entryName(model),
    caller,
    pods: end && { namespace: end.namespace, labels: end.labels },
  };
}

/** The client that an identity belongs to: a workload, the ingress, or a ServiceAccount of the operator's. */
export function accountClient(model: Model, principal: Principal): PodClient {
  const caller = callerOf(model.options, principal);
  if (caller.kind === "workload") return workloadClient(model, caller.name);
  if (caller.kind === "entry") return entryClient(model);
  const pods = { namespace: principal.namespace, labels: {} };
  return { kind: "pods", title: callerName(model, caller), caller, pods };
}

/** A pod of a namespace that no list names and that has no certificate of the mesh. */
export function strangerClient(namespace: string): PodClient {
  return {
    kind: "pods",
    title: `any pod of ${namespace}`,
    caller: { kind: "anyone" },
    pods: { namespace, labels: {} },
  };
}
