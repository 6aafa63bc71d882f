import { isSamePrincipal, type Principal } from "../model/principal";
import { callerOf, platformCaller, type Caller } from "../model/caller";
import type { Call } from "../model/call";
import { groupBy } from "../model/group-by";
import type { Model } from "../model/model";
import { mutualTlsMode } from "../model/mutual-tls";
import { identityHeader } from "../platform/patterns";
import { rpcPort, shortName, tryFindRpc, type Rpc } from "../platform/rpcs";
import type { ServiceName } from "../platform/services";
import { callerName } from "./names";

/** An answer with what decides it: the permitting call, or why the way is closed. */
export type Answer =
  | { readonly permitted: true; readonly call: Call; readonly because: string }
  | { readonly permitted: false; readonly because: string };

/** State of the request that a rule may look at: whether it carries the `x-identity-id` header, even empty. */
interface RequestState {
  readonly header: boolean;
}

/** A caller as it is asked about: a workload by its name, or an identity. */
type CallerOrIdentity = Caller | Principal | ServiceName;

function toCaller({ options }: Model, caller: CallerOrIdentity): Caller {
  if (typeof caller === "string") return platformCaller(options, caller);
  return "kind" in caller ? caller : callerOf(options, caller);
}

// One answer asks about many callers of one model, which does not change.
const callsOfModel = new WeakMap<Model, ReadonlyMap<string, readonly Call[]>>();

/** Every edge into a workload or data store. */
function callsTo(model: Model, callee: string): readonly Call[] {
  const byCallee = callsOfModel.get(model) ?? groupBy(model.calls, (call) => call.callee);
  callsOfModel.set(model, byCallee);
  return byCallee.get(callee) ?? [];
}

// Where a pod speaks plaintext alone it knows no identity: only what is open to anyone is open.
function letsIn(model: Model, call: Call, caller: Caller): boolean {
  if (call.caller.kind === "anyone") return true;
  if (caller.kind === "anyone" || !isSamePrincipal(call.caller.principal, caller.principal)) return false;
  return mutualTlsMode(model, call.callee, call.port) !== "DISABLE";
}

function admits(call: Call, { header }: RequestState): boolean {
  if (call.kind === "port" || call.identityHeader === undefined) return true;
  return (call.identityHeader === "present") === header;
}

function opens(call: Call, rpc: Rpc): boolean {
  if (call.callee !== rpc.service) return false;
  return call.kind === "port" ? call.port === rpcPort(rpc.service) : call.rpcs.includes(rpc.path);
}

/** Every call that opens an RPC to someone, callers of its whole port included. Empty when the RPC is closed. */
export function callersOf(model: Model, rpc: Rpc): readonly Call[] {
  return callsTo(model, rpc.service).filter(
    (call) => opens(call, rpc) && (call.caller.kind === "anyone" || letsIn(model, call, call.caller)),
  );
}

function describe(model: Model, calls: readonly Call[]): string {
  return [...new Set(calls.map(({ caller }) => callerName(model, caller)))].sort().join(", ");
}

function closedBecause(model: Model, rpc: Rpc, ofCaller: readonly Call[], { header }: RequestState): string {
  const name = shortName(rpc);
  if (rpc.transport === "overlay") return `${name} is served on the overlay, as runner-<id>, never through the mesh.`;
  const callers = callersOf(model, rpc);
  if (ofCaller.length > 0) {
    return `${name} is open to this caller only ${header ? "without" : "with"} the ${identityHeader} header.`;
  }
  if (callers.length > 0) return `${name} is open to ${describe(model, callers)} alone.`;
  if (mutualTlsMode(model, rpc.service, rpcPort(rpc.service)) === "DISABLE") {
    return `mesh.exceptions lets ${rpc.service} speak plaintext alone, so that it knows no caller: all are denied.`;
  }
  return `${name} is closed: nothing in the model may call it.`;
}

/**
 * Whether `caller` may invoke `rpc` (a full path, or a short name such as `runners.CreateWorkload`) through the mesh.
 * Throws when the platform has no such RPC.
 */
export function permits(model: Model, caller: CallerOrIdentity, rpc: string, state: RequestState): Answer {
  const found = tryFindRpc(rpc);
  if (found === undefined) throw new Error(`no RPC "${rpc}": write <service>.<Method> or /<proto service>/<Method>`);
  const asking = toCaller(model, caller);
  const ofCaller = callsTo(model, found.service).filter((call) => opens(call, found) && letsIn(model, call, asking));
  const call = ofCaller.find((candidate) => admits(candidate, state));
  if (call) return { permitted: true, call, because: call.because };
  return { permitted: false, because: closedBecause(model, found, ofCaller, state) };
}

/** The edges by which `caller` may use a workload or data store through the mesh. */
export function callsBetween(model: Model, caller: CallerOrIdentity, callee: string): readonly Call[] {
  const asking = toCaller(model, caller);
  return callsTo(model, callee).filter((call) => letsIn(model, call, asking));
}

/** Everything that `caller` may reach through the mesh, each edge with its reason. Empty when it may reach nothing. */
export function reachable(model: Model, caller: CallerOrIdentity): readonly Call[] {
  const asking = toCaller(model, caller);
  return model.calls.filter((call) => letsIn(model, call, asking));
}
