import type { HeaderState } from "../platform/patterns";
import type { ServiceName, StoreName } from "../platform/services";
import type { Caller } from "./caller";
import type { ModelException } from "./options";

/**
 * Where an edge comes from: the platform's specification, its code or documentation, today's images, a caller of the
 * operator's, an exception to mutual TLS.
 */
export type Origin = "specification" | "platform" | "platformExtras" | "extraCallers" | "exceptions";

interface Edge {
  readonly caller: Caller;
  /** Pod port of the callee. */
  readonly port: number;
  readonly origin: Origin;
  /** Why the edge exists, in a sentence or two. */
  readonly because: string;
}

/** `caller` may invoke `rpcs` (full paths) on `callee`, in one header state only when `identityHeader` is set. */
export interface RpcCall extends Edge {
  readonly kind: "rpc";
  readonly callee: ServiceName;
  readonly rpcs: readonly string[];
  readonly identityHeader?: HeaderState;
}

/** `caller` may use everything on one port: HTTP that authenticates its own users, a data store, or what an exception opens. */
export interface PortCall extends Edge {
  readonly kind: "port";
  readonly callee: ServiceName | StoreName;
  /** Set where an exception opens the port: the one that does. */
  readonly exception?: ModelException;
}

/** One permitted edge of the call graph. */
export type Call = RpcCall | PortCall;
