import { callerOf } from "./caller";
import type { PortCall, RpcCall } from "./call";
import { isOutsideMesh, type KnownNamespaces } from "./exceptions";
import { meant, tryFindNear } from "./near";
import type { ExtraCaller, ModelOptions } from "./options";
import type { Problem } from "./problem";
import { meshRpcsOf, rpcPort } from "../platform/rpcs";
import { isObjectName } from "./service-accounts";
import { findStore, isServiceName, isStoreName, serviceNames, storeNames } from "../platform/services";

const extensible: readonly string[] = [...serviceNames.filter((name) => meshRpcsOf(name).length > 0), ...storeNames];

function validateService(key: string, service: string): Problem[] {
  if (extensible.includes(service)) return [];
  return [{ key: `${key}.service`, received: service, ...meant(service, extensible) }];
}

function validateMethods(key: string, { service, methods }: ExtraCaller): Problem[] {
  if (methods === "*" || !extensible.includes(service)) return [];
  if (!isServiceName(service)) {
    const fix = `${service} has no RPCs to choose from: write methods: "*".`;
    return [{ key: `${key}.methods`, received: methods.join(", "), allowed: '"*"', fix }];
  }
  const known = meshRpcsOf(service).map(({ method }) => method);
  if (methods.length === 0) {
    const fix = 'Name the RPCs it calls, or write "*" for all of them.';
    return [{ key: `${key}.methods`, received: "an empty list", allowed: known.join(", "), fix }];
  }
  return methods.flatMap((method, index) => {
    const problem = { key: `${key}.methods[${index}]`, received: method };
    if (methods.indexOf(method) < index) {
      return [
        { ...problem, allowed: "each RPC once", fix: `Remove it: methods[${methods.indexOf(method)}] is the same.` },
      ];
    }
    if (known.includes(method)) return [];
    return [{ ...problem, ...meant(method, known) }];
  });
}

// A ServiceAccount of the operator's own is known to nobody here; one that is nearly a workload of the platform is a
// misspelling, and would open the RPCs to a caller that does not exist.
function validatePlace(key: string, extra: ExtraCaller, namespaces: KnownNamespaces): Problem[] {
  const { namespace, serviceAccount } = extra;
  const { platform } = namespaces;
  if (isOutsideMesh(namespace, namespaces)) {
    const fix = "Run the caller elsewhere: pods there have no proxy, and so no identity in the mesh.";
    return [{ key: `${key}.namespace`, received: namespace, allowed: "a namespace of the mesh", fix }];
  }
  const near = tryFindNear(namespace, Object.values(namespaces));
  if (near !== undefined) {
    const allowed = "a namespace of the platform, or a name unlike theirs";
    return [{ key: `${key}.namespace`, received: namespace, ...meant(namespace, [near]), allowed }];
  }
  const account = namespace === platform ? tryFindNear(serviceAccount, serviceNames) : undefined;
  if (account === undefined) return [];
  const allowed = "a workload of the platform, or a name unlike theirs";
  return [{ key: `${key}.serviceAccount`, received: serviceAccount, ...meant(serviceAccount, [account]), allowed }];
}

function validateIdentity(key: string, { namespace, serviceAccount, because }: ExtraCaller): Problem[] {
  const problems: Problem[] = [];
  for (const [field, received] of Object.entries({ namespace, serviceAccount })) {
    if (isObjectName(received)) continue;
    const fix = "Write the exact name; patterns would let in workloads you did not name.";
    problems.push({ key: `${key}.${field}`, received, allowed: "a Kubernetes object name", fix });
  }
  if (serviceAccount === "default") {
    const fix = "Give the workload a ServiceAccount of its own: every pod without one shares this one.";
    problems.push({ key: `${key}.serviceAccount`, received: serviceAccount, allowed: "any name but default", fix });
  }
  if (because.trim() === "") {
    const fix = "Say in one sentence why this caller needs it; the reason is shown wherever the rule is.";
    problems.push({ key: `${key}.because`, received: because, allowed: "a reason", fix });
  }
  return problems;
}

/**
 * Everything wrong with the operator's own callers, against the services, RPCs and namespaces of the platform. Empty
 * when valid; an end that has passed is for isExpired to find.
 */
export function validateExtraCallers(
  extraCallers: readonly ExtraCaller[],
  namespaces: KnownNamespaces,
): readonly Problem[] {
  return extraCallers.flatMap((extra, index) => {
    const key = `mesh.extraCallers[${index}]`;
    return [
      ...validateService(key, extra.service),
      ...validateMethods(key, extra),
      ...validateIdentity(key, extra),
      ...validatePlace(key, extra, namespaces),
    ];
  });
}

/** Whether the last day of a caller's permission is over, in UTC. One without an end never expires. */
export function isExpired({ expires }: ExtraCaller, now: Date): boolean {
  return expires !== undefined && now.toISOString().slice(0, 10) > expires;
}

/** The edge that one valid extra caller adds. Throws when its service does not exist. */
export function toExtraCalls(
  { service, methods, namespace, serviceAccount, because }: ExtraCaller,
  options: ModelOptions,
): (RpcCall | PortCall)[] {
  const caller = callerOf(options, { namespace, serviceAccount });
  const edge = { caller, origin: "extraCallers", because } as const;
  if (isStoreName(service)) return [{ kind: "port", callee: service, port: findStore(service).port, ...edge }];
  if (!isServiceName(service)) throw new Error(`mesh.extraCallers: no service "${service}"`);
  const granted = meshRpcsOf(service).filter(({ method }) => methods === "*" || methods.includes(method));
  return [{ kind: "rpc", callee: service, port: rpcPort(service), rpcs: granted.map(({ path }) => path), ...edge }];
}
