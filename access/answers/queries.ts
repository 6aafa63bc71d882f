import type { Call, Principal, RpcCall } from "../model/calls";
import { serviceOf, type Model } from "../model/model";
import { identityHeader } from "../platform/patterns";
import { rpcPort, shortName, tryFindRpc, type Rpc } from "../platform/rpcs";
import type { ServiceName } from "../platform/services";

/** An answer with what decides it: the permitting call, or why the way is closed. */
export type Answer =
  | { readonly permitted: true; readonly call: Call; readonly because: string }
  | { readonly permitted: false; readonly because: string };

/** State of the request that a rule may look at: whether it carries the `x-identity-id` header, even empty. */
export interface RequestState {
  readonly header: boolean;
}

/** The mesh identity of a platform workload in this installation. */
export function principalOf(model: Model, service: ServiceName): Principal {
  return { namespace: model.options.namespaces.platform, serviceAccount: serviceOf(model, service).serviceAccount };
}

function isSame(left: Principal, right: Principal): boolean {
  return left.namespace === right.namespace && left.serviceAccount === right.serviceAccount;
}

function toPrincipal(model: Model, caller: Principal | ServiceName): Principal {
  return typeof caller === "string" ? principalOf(model, caller) : caller;
}

function admits({ identityHeader }: RpcCall, { header }: RequestState): boolean {
  return identityHeader === undefined || (identityHeader === "present") === header;
}

function opens(call: Call, rpc: Rpc): boolean {
  if (call.callee !== rpc.service) return false;
  return call.kind === "port" ? call.port === rpcPort(rpc.service) : call.rpcs.includes(rpc.path);
}

/** Every call that opens an RPC to someone, callers of its whole port included. Empty when the RPC is closed. */
export function callersOf({ calls }: Model, rpc: Rpc): readonly Call[] {
  return calls.filter((call) => opens(call, rpc));
}

function describe(callers: readonly Call[]): string {
  return [...new Set(callers.map(({ caller }) => caller.serviceAccount))].sort().join(", ");
}

function closedBecause(
  rpc: Rpc,
  callers: readonly Call[],
  ofCaller: readonly Call[],
  { header }: RequestState,
): string {
  const name = shortName(rpc);
  if (rpc.transport === "overlay") return `${name} is served on the overlay, as runner-<id>, never through the mesh.`;
  if (callers.length === 0) return `${name} is closed: nothing in the model may call it.`;
  if (ofCaller.length === 0) return `${name} is open to ${describe(callers)} alone.`;
  return `${name} is open to this caller only ${header ? "without" : "with"} the ${identityHeader} header.`;
}

/**
 * Whether `caller` may invoke `rpc` (a full path, or a short name such as `runners.CreateWorkload`) through the mesh.
 * Throws when the platform has no such RPC.
 */
export function permits(model: Model, caller: Principal | ServiceName, rpc: string, state: RequestState): Answer {
  const found = tryFindRpc(rpc);
  if (found === undefined) throw new Error(`no RPC "${rpc}": write <service>.<Method> or /<proto service>/<Method>`);
  const callers = callersOf(model, found);
  const ofCaller = callers.filter((call) => isSame(call.caller, toPrincipal(model, caller)));
  const call = ofCaller.find((candidate) => candidate.kind === "port" || admits(candidate, state));
  if (call) return { permitted: true, call, because: call.because };
  return { permitted: false, because: closedBecause(found, callers, ofCaller, state) };
}

/** Everything that `caller` may reach, each edge with its reason. Empty for a workload that may reach nothing. */
export function reachable(model: Model, caller: Principal | ServiceName): readonly Call[] {
  const principal = toPrincipal(model, caller);
  return model.calls.filter((call) => isSame(call.caller, principal));
}
