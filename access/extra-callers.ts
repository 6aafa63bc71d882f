import { closest } from "fastest-levenshtein";
import type { PortCall, RpcCall } from "./calls";
import type { ExtraCaller } from "./options";
import type { Problem } from "./problem";
import { rpcPort, rpcsOf } from "./rpcs";
import { findStore, isServiceName, isStoreName, serviceNames, storeNames, type ServiceName } from "./services";

// A Kubernetes object name. It also keeps `*` out, which a mesh policy would read as "everyone".
const objectName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

function meshRpcsOf(service: ServiceName) {
  return rpcsOf(service).filter(({ transport }) => transport === "mesh");
}

const extensible: readonly string[] = [...serviceNames.filter((name) => meshRpcsOf(name).length > 0), ...storeNames];

function validateService(key: string, service: string): Problem[] {
  if (extensible.includes(service)) return [];
  const fix = `Did you mean "${closest(service, extensible)}"?`;
  return [{ key: `${key}.service`, received: service, allowed: [...extensible].sort().join(", "), fix }];
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
    if (known.includes(method)) return [];
    const fix = `Did you mean "${closest(method, known)}"?`;
    return [{ key: `${key}.methods[${index}]`, received: method, allowed: known.join(", "), fix }];
  });
}

function validateIdentity(key: string, { namespace, serviceAccount, because }: ExtraCaller): Problem[] {
  const problems: Problem[] = [];
  for (const [field, received] of Object.entries({ namespace, serviceAccount })) {
    if (objectName.test(received)) continue;
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

/** Everything wrong with the operator's own callers, against the services and RPCs of the platform. Empty when valid. */
export function validateExtraCallers(extraCallers: readonly ExtraCaller[]): readonly Problem[] {
  return extraCallers.flatMap((extra, index) => {
    const key = `mesh.extraCallers[${index}]`;
    return [...validateService(key, extra.service), ...validateMethods(key, extra), ...validateIdentity(key, extra)];
  });
}

/** The edge that one valid extra caller adds. Throws when its service does not exist. */
export function toExtraCalls({
  service,
  methods,
  namespace,
  serviceAccount,
  because,
}: ExtraCaller): (RpcCall | PortCall)[] {
  const edge = { caller: { namespace, serviceAccount }, origin: "extraCallers", because } as const;
  if (isStoreName(service)) return [{ kind: "port", callee: service, port: findStore(service).port, ...edge }];
  if (!isServiceName(service)) throw new Error(`mesh.extraCallers: no service "${service}"`);
  const granted = meshRpcsOf(service).filter(({ method }) => methods === "*" || methods.includes(method));
  return [{ kind: "rpc", callee: service, port: rpcPort(service), rpcs: granted.map(({ path }) => path), ...edge }];
}
