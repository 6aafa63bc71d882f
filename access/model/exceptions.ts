import { meant } from "./near";
import type { MeshException, NamespaceNames } from "./options";
import type { Problem } from "./problem";
import { meshRpcsOf, rpcPort } from "../platform/rpcs";
import { isObjectName } from "./service-accounts";
import { findService, findStore, isServiceName, isStoreName, serviceNames, storeNames } from "../platform/services";

const platformWorkloads: readonly string[] = [...serviceNames, ...storeNames];

/** Namespaces as far as they are known: a configuration that is read may lack some. */
export type KnownNamespaces = Partial<NamespaceNames>;

/** Whether a namespace has no proxies, so that nothing the mesh says applies to its pods. */
export function isOutsideMesh(namespace: string, { workloads, overlay }: KnownNamespaces): boolean {
  return namespace === workloads || namespace === overlay;
}

/** The labels of the pods that an exception is for; undefined when it is for a whole namespace. */
export function exceptionSelector({ workload, namespace }: MeshException, namespaces: KnownNamespaces) {
  if (workload === undefined) return undefined;
  const isPlatform = namespace === undefined || namespace === namespaces.platform;
  if (isPlatform && isServiceName(workload)) return findService(workload).selector;
  if (isPlatform && isStoreName(workload)) return findStore(workload).selector;
  return { "app.kubernetes.io/name": workload };
}

function validateNamespace(key: string, exception: MeshException, namespaces: KnownNamespaces): Problem[] {
  const { namespace: received, workload } = exception;
  if (received === undefined) return [];
  const problem = { key: `${key}.namespace`, received };
  if (!isObjectName(received)) {
    return [{ ...problem, allowed: "a Kubernetes object name", fix: "Write the exact name, without a pattern." }];
  }
  if (isOutsideMesh(received, namespaces)) {
    const fix = "Remove the exception: pods there have no proxy that could ask for mutual TLS.";
    return [{ ...problem, allowed: "a namespace of the mesh", fix }];
  }
  if (received !== namespaces.mesh || workload !== undefined) return [];
  const fix = "Name the workload and its port: without them the exception would open the whole mesh.";
  return [{ ...problem, allowed: "any other namespace, or a workload in it", fix }];
}

function validateWorkload(key: string, exception: MeshException, namespaces: KnownNamespaces): Problem[] {
  const { workload, port, namespace } = exception;
  if (workload === undefined) {
    if (port === undefined) return [];
    const fix = `Say which workload it is that serves port ${port}: Istio has no exceptions for the port of everyone.`;
    return [{ key: `${key}.workload`, received: "nothing", allowed: "the name of a workload", fix }];
  }
  const problem = { key: `${key}.workload`, received: workload };
  const isPlatform = namespace === undefined || namespace === namespaces.platform;
  if (isPlatform && !platformWorkloads.includes(workload)) {
    return [{ ...problem, ...meant(workload, platformWorkloads) }];
  }
  if (isObjectName(workload)) return [];
  return [{ ...problem, allowed: "a Kubernetes object name", fix: "Write the exact name, without a pattern." }];
}

function hasCallers(workload: string, port: number): boolean {
  if (isStoreName(workload)) return findStore(workload).port === port;
  return isServiceName(workload) && meshRpcsOf(workload).length > 0 && rpcPort(workload) === port;
}

function validateMode(key: string, exception: MeshException, { platform }: KnownNamespaces): Problem[] {
  const { workload, port, mode, namespace = platform } = exception;
  if (mode !== "DISABLE" || workload === undefined || port === undefined || namespace !== platform) return [];
  if (!hasCallers(workload, port)) return [];
  const fix = "Its callers are known by their certificates: without any, every call would be denied.";
  return [{ key: `${key}.mode`, received: mode, allowed: "PERMISSIVE", fix, suggestion: "PERMISSIVE" }];
}

function placeOf({ workload, port, namespace }: MeshException, { platform }: KnownNamespaces): string {
  return [namespace ?? platform, workload, port].join(" ");
}

/** Everything wrong with the exceptions to mutual TLS, whatever the profile. Empty when valid. */
export function validateExceptions(
  exceptions: readonly MeshException[],
  namespaces: KnownNamespaces,
): readonly Problem[] {
  const places = exceptions.map((exception) => placeOf(exception, namespaces));
  return exceptions.flatMap((exception, index) => {
    const key = `mesh.exceptions[${index}]`;
    const problems = [validateNamespace, validateWorkload, validateMode].flatMap((validate) =>
      validate(key, exception, namespaces),
    );
    const first = places.indexOf(places[index] ?? "");
    if (first < index) {
      const fix = `mesh.exceptions[${first}] is for the same place: remove one of them.`;
      problems.push({ key, received: exception.mode, allowed: "one mode per place", fix });
    }
    if (exception.because.trim() === "") {
      const fix = "Say in one sentence why mutual TLS is not possible there.";
      problems.push({ key: `${key}.because`, received: exception.because, allowed: "a reason", fix });
    }
    return problems;
  });
}

/**
 * What production refuses besides: an exception that is not for one port of one workload. Without a port it opens a
 * workload, without a workload a namespace.
 */
export function validateExceptionScope(exceptions: readonly MeshException[]): readonly Problem[] {
  return exceptions.flatMap(({ workload, port, namespace }, index) => {
    const key = `mesh.exceptions[${index}]`;
    if (workload === undefined && port === undefined) {
      const fix = `Name the workload and its port: this opens the whole namespace ${namespace ?? "of the platform"}.`;
      return [{ key: `${key}.workload`, received: "nothing", allowed: "the name of a workload", fix }];
    }
    if (port !== undefined) return [];
    const fix = `Name the port: this opens every port of ${workload}.`;
    return [{ key: `${key}.port`, received: "nothing", allowed: "a port number, 1 to 65535", fix }];
  });
}
