import type { Call, PortCall } from "./call";
import { ingressEntry } from "./entry";
import { publicBackends, type Exposure } from "./exposure";
import type { ModelException, ModelOptions } from "./options";
import { isServiceName, isStoreName, type ServiceName, type StoreName } from "../platform/services";

/** What a pod accepts on a port: mutual TLS alone, plaintext besides, or plaintext alone. */
export type MutualTlsMode = "STRICT" | "PERMISSIVE" | "DISABLE";

/**
 * What a controller outside of the mesh needs: plaintext on the ports behind the public hosts, and on no other. None
 * where the entry has an identity.
 */
function entryExceptions(options: ModelOptions, exposures: readonly Exposure[]): readonly ModelException[] {
  if (ingressEntry(options).caller !== undefined) return [];
  return publicBackends(exposures).map(({ backend, port }) => ({
    workload: backend,
    port,
    mode: "PERMISSIVE",
    toAnyone: true,
    because: `The ${options.ingress.className ?? "ingress"} controller is outside of the mesh and serves public hosts from here.`,
  }));
}

/**
 * The exceptions to STRICT mutual TLS that are in force: the operator's, and those that the ingress controller needs. One
 * of the operator's for the same port gives way: it may open less than the controller needs.
 */
export function buildExceptions(options: ModelOptions, exposures: readonly Exposure[]): readonly ModelException[] {
  const needed = entryExceptions(options, exposures);
  const { platform } = options.namespaces;
  const others = options.mesh.exceptions.filter(
    ({ workload, port, namespace = platform }) =>
      namespace !== platform || !needed.some((own) => own.workload === workload && own.port === port),
  );
  return [...others, ...needed];
}

/**
 * The edges that exceptions open. A port of the platform that no caller is named for is open to anyone once its pods
 * accept plaintext. Where callers are named, who has no certificate is denied, unless the ingress controller comes that way.
 */
export function openedCalls(
  exceptions: readonly ModelException[],
  calls: readonly Call[],
  { namespaces }: ModelOptions,
): PortCall[] {
  return exceptions.flatMap((exception): PortCall[] => {
    const { workload, port, because, namespace = namespaces.platform } = exception;
    if (port === undefined || namespace !== namespaces.platform || !isPlatform(workload)) return [];
    const isGuarded = calls.some((call) => call.callee === workload && call.port === port);
    if (isGuarded && exception.toAnyone !== true) return [];
    return [
      { kind: "port", caller: { kind: "anyone" }, callee: workload, port, origin: "exceptions", because, exception },
    ];
  });
}

function isPlatform(name: string | undefined): name is ServiceName | StoreName {
  return name !== undefined && (isServiceName(name) || isStoreName(name));
}

/** What the pods of a platform workload or data store accept on one of their ports. */
export function mutualTlsMode(
  { exceptions, options }: { readonly exceptions: readonly ModelException[]; readonly options: ModelOptions },
  workload: ServiceName | StoreName,
  port: number,
): MutualTlsMode {
  const { platform } = options.namespaces;
  const local = exceptions.filter(({ namespace = platform }) => namespace === platform);
  const own = local.filter((exception) => exception.workload === workload);
  if (own.length > 0) {
    const found = own.find((one) => one.port === port) ?? own.find((one) => one.port === undefined);
    return found?.mode ?? "STRICT";
  }
  return local.find((exception) => exception.workload === undefined)?.mode ?? "STRICT";
}
