import type { Call, Origin, PortCall, RpcCall } from "./call";
import { platformCaller } from "./caller";
import { publicBackends, type Exposure } from "./exposure";
import { toExtraCalls } from "./extra-callers";
import { groupBy } from "./group-by";
import { ingressEntry } from "./entry";
import { openedCalls } from "./mutual-tls";
import type { ModelException, ModelOptions } from "./options";
import { patterns, type HeaderState } from "../platform/patterns";
import { rpcPort, rpcs, type Rpc } from "../platform/rpcs";
import { findPort, findStore, services, type ServiceName, type StoreName } from "../platform/services";
import { storesOf } from "./store-use";

const reasons = {
  user: "The Gateway forwards its users' calls: each of these RPCs has a counterpart in a *Gateway service.",
  current: "The caller's code makes these calls.",
  doc: "The platform's documentation names this caller.",
  extra: "Today's images make these calls; the specification names no such caller.",
};

const platformClients: readonly { readonly caller: ServiceName; readonly because: string }[] = [
  {
    caller: "platform-controller",
    because: "The platform controller declares apps, images and organizations as a user.",
  },
  { caller: "k8s-runner", because: "A runner enrolls and reports its catalog with its service token." },
  { caller: "reminders", because: "An app enrolls with its service token before it has an overlay identity." },
  { caller: "telegram-connector", because: "An app enrolls with its service token before it has an overlay identity." },
];

interface RpcEdge {
  readonly rpc: Rpc;
  readonly caller: ServiceName;
  readonly identityHeader?: HeaderState;
  readonly origin: Origin;
  readonly because: string;
}

function patternEdges(): RpcEdge[] {
  return patterns.flatMap(({ rpcs: paths, callers, because }) =>
    rpcs
      .filter(({ path }) => paths.includes(path))
      .flatMap((rpc) =>
        callers.map(({ service, ...header }) => ({
          rpc,
          caller: service,
          ...header,
          origin: "specification",
          because,
        })),
      ),
  );
}

function userEdges(): RpcEdge[] {
  return rpcs
    .filter(({ path, exposure }) => exposure === "user" && !patterns.some((pattern) => pattern.rpcs.includes(path)))
    .map((rpc) => ({ rpc, caller: "gateway", origin: "specification", because: reasons.user }));
}

// Callers known from older code, or from a statement about every read at once, open nothing.
function internalEdges(platformExtras: boolean): RpcEdge[] {
  const edges: RpcEdge[] = [];
  for (const rpc of rpcs.filter(({ transport }) => transport === "mesh")) {
    const pattern = patterns.find((candidate) => candidate.rpcs.includes(rpc.path));
    for (const { service: caller, status } of rpc.callers) {
      if (status === "legacy" || status === "doc-blanket") continue;
      if (rpc.exposure === "user" && caller === "gateway") continue;
      if (pattern?.callers.some(({ service }) => service === caller)) continue;
      if (pattern === undefined) edges.push({ rpc, caller, origin: "platform", because: reasons[status] });
      else if (platformExtras) edges.push({ rpc, caller, origin: "platformExtras", because: reasons.extra });
    }
  }
  return edges;
}

// Edges that differ in the RPC alone are one call.
function toRpcCalls(edges: readonly RpcEdge[], options: ModelOptions): RpcCall[] {
  const groups = groupBy(edges, ({ caller, rpc, identityHeader, origin, because }) =>
    [caller, rpc.service, identityHeader, origin, because].join("\0"),
  );
  return [...groups.values()].map((group) => {
    const { rpc, caller, identityHeader, origin, because } = group[0] as RpcEdge;
    return {
      kind: "rpc",
      caller: platformCaller(options, caller),
      callee: rpc.service,
      port: rpcPort(rpc.service),
      rpcs: group.map((edge) => edge.rpc.path),
      ...(identityHeader && { identityHeader }),
      origin,
      because,
    };
  });
}

function platformClientCalls(options: ModelOptions): PortCall[] {
  return platformClients.map(({ caller, because }) => ({
    kind: "port",
    caller: platformCaller(options, caller),
    callee: "gateway",
    port: findPort("gateway", "http"),
    origin: "platform",
    because,
  }));
}

function storeCalls(options: ModelOptions): PortCall[] {
  const users: { user: ServiceName | StoreName; store: StoreName }[] = services.flatMap((service) =>
    storesOf(options, service).map((store) => ({ user: service.name, store })),
  );
  return [...users, { user: "openfga" as const, store: "postgres" as const }].map(({ user, store }) => ({
    kind: "port",
    caller: platformCaller(options, user),
    callee: store,
    port: findStore(store).port,
    origin: "platform",
    because: `${user} keeps its state in ${store}.`,
  }));
}

function publicCalls(exposures: readonly Exposure[], options: ModelOptions): PortCall[] {
  const { caller: principal } = ingressEntry(options);
  if (principal === undefined) return [];
  const caller = { kind: "entry", principal } as const;
  return publicBackends(exposures).map(({ backend, port }) => ({
    kind: "port",
    caller,
    callee: backend,
    port,
    origin: "specification",
    because: `The ingress serves the public hosts of ${backend}; ${backend} authenticates its users itself.`,
  }));
}

/**
 * Every permitted edge of one installation: specification, platform, extras of today's images, the operator's callers,
 * and the ports that an exception to mutual TLS opens to anyone.
 */
export function buildCalls(
  options: ModelOptions,
  exposures: readonly Exposure[],
  exceptions: readonly ModelException[],
): readonly Call[] {
  const edges = [...patternEdges(), ...userEdges(), ...internalEdges(options.overlay.platformExtras)];
  const named = [
    ...toRpcCalls(edges, options),
    ...platformClientCalls(options),
    ...storeCalls(options),
    ...publicCalls(exposures, options),
    ...options.mesh.extraCallers.flatMap((extra) => toExtraCalls(extra, options)),
  ];
  return [...named, ...openedCalls(exceptions, named, options)];
}
