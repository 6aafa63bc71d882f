import type { StoreName } from "./services";
import type { ServiceName } from "./services";

/** A workload identity in the mesh. */
export interface Principal {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Where an edge comes from: the platform's specification, its code or documentation, today's images, the operator. */
export type Origin = "specification" | "platform" | "platformExtras" | "extraCallers";

interface Edge {
  readonly caller: Principal;
  /** Pod port of the callee. */
  readonly port: number;
  readonly origin: Origin;
  /** Why the edge exists, one sentence. */
  readonly because: string;
}

/** `caller` may invoke `rpcs` (full paths) on `callee`, in one of two header states when `identityHeader` is set. */
export interface RpcCall extends Edge {
  readonly kind: "rpc";
  readonly callee: ServiceName;
  readonly rpcs: readonly string[];
  readonly identityHeader?: "present" | "absent";
}

/** `caller` may use everything on one port: HTTP that authenticates its own users, or a data store without HTTP. */
export interface PortCall extends Edge {
  readonly kind: "port";
  readonly callee: ServiceName | StoreName;
}

/** One permitted edge of the call graph. */
export type Call = RpcCall | PortCall;
