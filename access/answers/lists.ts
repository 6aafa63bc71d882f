import type { Call, Origin } from "../model/call";
import type { Model } from "../model/model";
import { mutualTlsMode } from "../model/mutual-tls";
import { identityRoles, serviceRoles } from "../platform/overlay";
import { rpcPort, rpcs, shortName, tryFindRpc } from "../platform/rpcs";
import { findService, findStore, serviceNames, storeNames } from "../platform/services";
import {
  accountClient,
  entryClient,
  strangerClient,
  thePublic,
  workloadClient,
  type Client,
  type PodClient,
  type Target,
} from "./client";
import { decide } from "./decide";
import type { Decision } from "./layer";
import { callerName } from "./names";
import { dialRoleOf, overlayTargetOf } from "./overlay-layer";
import { publicPassthroughs, servedExposures } from "./public-layer";

/** One permission of a list: who, what, on which layer, and why. */
export interface Grant {
  readonly layer: "ingress" | "mesh" | "overlay";
  readonly who: string;
  readonly what: string;
  readonly origin: Origin | "overlay policy" | "route";
  /** Set where the permission is for requests with, or without, the identity header only. */
  readonly identityHeader?: "present" | "absent";
  readonly because: string;
}

/** A namespace that no table and no setting names: what is open to a pod there is open to every pod. */
const elsewhere = "any-other-namespace";

/** Pods without a name: everyone, unless the network policies tell the namespaces apart that they close. */
function namelessClient({ options }: Model): PodClient {
  const title = options.networkPolicies.enabled ? "any pod of another namespace" : "anyone";
  return { ...strangerClient(elsewhere), title };
}

function namedNamespaces({ calls, options }: Model): readonly string[] {
  const { monitoring } = options.networkPolicies;
  const { namespace } = options.ingress.controller;
  const ofCallers = calls.flatMap(({ caller }) => (caller.kind === "account" ? [caller.principal.namespace] : []));
  const optional = [namespace, monitoring].flatMap((one) => one ?? []);
  return [...new Set([...Object.values<string>({ ...options.namespaces }), ...optional, ...ofCallers])];
}

// Without network policies it does not matter where a pod without a name is.
function strangers(model: Model): readonly PodClient[] {
  const named = model.options.networkPolicies.enabled ? namedNamespaces(model).map(strangerClient) : [];
  return [namelessClient(model), ...named];
}

/** Every client that an answer can name: workloads, stores, the ingress, the operator's accounts, roles, the public, and pods without a name. */
export function knownClients(model: Model): readonly Client[] {
  const accounts = model.calls.flatMap(({ caller }) => (caller.kind === "account" ? [caller.principal] : []));
  const distinct = new Map(accounts.map((one) => [`${one.namespace}/${one.serviceAccount}`, one]));
  return [
    ...[...serviceNames, ...storeNames].map((name) => workloadClient(model, name)),
    entryClient(model),
    ...[...distinct.values()].map((principal) => accountClient(model, principal)),
    thePublic,
    ...identityRoles.map((role): Client => ({ kind: "role", title: `#${role}`, role })),
    ...strangers(model),
  ];
}

/** Every target that an answer can name: RPCs, ports, public hosts, and services of the overlay. */
export function knownTargets(model: Model): readonly Target[] {
  const served = serviceNames.flatMap((name) => findService(name).ports.map(({ port }) => ({ callee: name, port })));
  const stored = storeNames.map((name) => ({ callee: name, port: findStore(name).port }));
  const called = model.calls.map(({ callee, port }) => ({ callee, port }));
  const ports = new Map([...served, ...stored, ...called].map((one) => [`${one.callee}:${one.port}`, one]));
  const hosts = [...servedExposures(model), ...publicPassthroughs(model)].map(({ host }) => host);
  return [
    ...rpcs.map((rpc): Target => ({ kind: "rpc", title: shortName(rpc), rpc, port: rpcPort(rpc.service) })),
    ...model.overlay.services.map(({ name }): Target => ({ kind: "port", title: name, callee: name })),
    ...[...ports].map(([title, { callee, port }]): Target => ({ kind: "port", title, callee, port })),
    ...hosts.map((host): Target => ({ kind: "host", title: host, host })),
    ...serviceRoles.map((role): Target => ({ kind: "role", title: `#${role}`, role })),
  ];
}

const methodOf = (path: string) => {
  const rpc = tryFindRpc(path);
  return rpc === undefined ? path : shortName(rpc);
};

function callGrants(call: Call, who: string, target: Target): Grant[] {
  const { origin, because } = call;
  const shared = { layer: "mesh", who, origin, because } as const;
  if (call.kind === "port") return [{ ...shared, what: `${call.callee}:${call.port}` }];
  const header = call.identityHeader === undefined ? {} : { identityHeader: call.identityHeader };
  const names = call.rpcs.map(methodOf).filter((name) => target.kind !== "rpc" || name === target.title);
  return names.map((what) => ({ ...shared, ...header, what }));
}

function grantsOf(model: Model, client: Client, target: Target, { calls, policies, layers }: Decision): Grant[] {
  const who = client.title;
  const ingress = layers.find(({ layer }) => layer === "ingress");
  if (ingress !== undefined) {
    const { rule, because } = ingress;
    return [{ layer: "ingress", who, what: `${target.title} (${rule})`, origin: "route", because }];
  }
  const dialed = overlayTargetOf(model, target) ?? target.title;
  return [
    ...calls.flatMap((call) => callGrants(call, who, target)),
    ...policies.map(({ because }): Grant => {
      const role = dialRoleOf(client);
      return { layer: "overlay", who: `#${role}`, what: dialed, origin: "overlay policy", because };
    }),
  ];
}

// What is open to anyone is told once, not again for each client with a name.
function withoutRepetition(decision: Decision): Decision {
  return { ...decision, calls: decision.calls.filter(({ caller }) => caller.kind !== "anyone") };
}

function distinct(grants: readonly Grant[]): readonly Grant[] {
  return [...new Map(grants.map((grant) => [JSON.stringify(grant), grant])).values()];
}

/** Everyone who may use a target, whatever the way. Empty: nobody may. */
export function whoCan(model: Model, target: Target): readonly Grant[] {
  const nameless = namelessClient(model);
  const everyone = !model.options.networkPolicies.enabled && decide(model, nameless, target).permitted;
  const grants = knownClients(model).flatMap((client) => {
    const decision = decide(model, client, target);
    if (!decision.permitted) return [];
    const isTold = everyone && client.title !== nameless.title;
    return grantsOf(model, client, target, isTold ? withoutRepetition(decision) : decision);
  });
  return distinct(grants);
}

/** Everything that a client may use, whatever the way. Empty: nothing. */
export function whatCan(model: Model, client: Client): readonly Grant[] {
  const grants = knownTargets(model).flatMap((target) => {
    const decision = decide(model, client, target);
    return decision.permitted ? grantsOf(model, client, target, decision) : [];
  });
  return distinct(grants);
}

/**
 * Whom an edge lets in, by name; empty where it lets nobody in, because the pods speak plaintext alone. For one that is open
 * to anyone, the pods whose packets get there: `anyone`, or namespaces where network policies tell them apart.
 */
export function callersNamed(model: Model, call: Call): readonly string[] {
  const { caller, callee, port } = call;
  if (caller.kind !== "anyone") {
    return mutualTlsMode(model, callee, port) === "DISABLE" ? [] : [callerName(model, caller)];
  }
  const target: Target = { kind: "port", title: `${callee}:${port}`, callee, port };
  const clients = knownClients(model).filter((client) => client.kind === "pods");
  const asked = model.options.networkPolicies.enabled ? clients : [namelessClient(model)];
  return asked.filter((client) => decide(model, client, target).permitted).map(({ title }) => title);
}
