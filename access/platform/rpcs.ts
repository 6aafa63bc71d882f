import { rpcTable, type CallerStatus } from "../../generated/rpcs";
import { findService, type ServiceName } from "./services";

type PathsOf<Row> = Row extends {
  proto: infer Proto extends string;
  methods: readonly { name: infer Name extends string }[];
}
  ? `/${Proto}/${Name}`
  : never;

/** The full path of an RPC of the platform, `/<proto service>/<Method>`: what the mesh sees. */
export type RpcPath = PathsOf<(typeof rpcTable)[number]>;

/** One RPC of the platform. */
export interface Rpc {
  readonly path: RpcPath;
  readonly service: ServiceName;
  readonly method: string;
  /** `user`: forwarded by the Gateway for its users; `internal`: called by other services only. */
  readonly exposure: "user" | "internal";
  /** `overlay`: served on the overlay's `runner-<id>` services, never through the mesh. */
  readonly transport: "mesh" | "overlay";
  readonly callers: readonly { readonly service: ServiceName; readonly status: CallerStatus }[];
}

/** Every RPC of the platform, in the order of the generated table. */
export const rpcs: readonly Rpc[] = rpcTable.flatMap(({ workload, proto, transport, methods }) =>
  methods.map(({ name, exposure, callers }) => ({
    path: `/${proto}/${name}` as RpcPath,
    service: workload,
    method: name,
    exposure,
    transport,
    callers,
  })),
);

const rpcsByPath = new Map<string, Rpc>(rpcs.map((rpc) => [rpc.path, rpc]));
const rpcsByName = new Map<string, Rpc>(rpcs.map((rpc) => [shortName(rpc).toLowerCase(), rpc]));

/** The RPC as people write it: `runners.CreateWorkload`. */
export function shortName({ service, method }: Rpc): string {
  return `${service}.${method}`;
}

/** The RPC with a full path or a short name (`runners.CreateWorkload`, in any case); undefined when there is none. */
export function tryFindRpc(text: string): Rpc | undefined {
  return rpcsByPath.get(text) ?? rpcsByName.get(text.toLowerCase());
}

/** Every RPC that a workload serves. */
export function rpcsOf(service: ServiceName): readonly Rpc[] {
  return rpcs.filter((rpc) => rpc.service === service);
}

/** Every RPC that a workload serves through the mesh. */
export function meshRpcsOf(service: ServiceName): readonly Rpc[] {
  return rpcsOf(service).filter(({ transport }) => transport === "mesh");
}

/** The pod port on which a workload serves its RPCs. */
export function rpcPort(service: ServiceName): number {
  const [first] = findService(service).ports;
  if (first === undefined) throw new Error(`service "${service}" serves no port`);
  return first.port;
}
