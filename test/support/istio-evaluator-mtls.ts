import type { Manifest } from "../../access/render/manifest";
import { selectsAll, selectsLabels, type Workload } from "./istio-evaluator-selector";

/** What a proxy accepts: mutual TLS alone, both, or plaintext alone. */
export type MutualTlsMode = "STRICT" | "PERMISSIVE" | "DISABLE";

interface Setting {
  readonly mode?: MutualTlsMode | "UNSET";
}

interface Spec {
  readonly mtls?: Setting;
  readonly portLevelMtls?: Readonly<Record<string, Setting>>;
}

const specOf = (policy: Manifest | undefined) => (policy?.spec ?? {}) as Spec;

// Which of two policies for the same pods is older, and wins, is not to be seen in manifests.
function theOnly(policies: readonly Manifest[], scope: string): Manifest | undefined {
  if (policies.length > 1)
    throw new Error(`${policies.length} PeerAuthentications for one ${scope}: the oldest would win`);
  return policies[0];
}

/**
 * The mode in force on one port of a workload: the port's, else the workload's, the namespace's, the mesh's, else
 * PERMISSIVE. A policy with a selector counts in its own namespace alone.
 */
export function modeOf(
  policies: readonly Manifest[],
  rootNamespace: string,
  workload: Workload,
  port: number,
): MutualTlsMode {
  const inNamespace = (name: string) => policies.filter(({ metadata }) => metadata.namespace === name);
  const local = inNamespace(workload.namespace);
  const own = local.filter((policy) => !selectsAll(policy) && selectsLabels(policy, workload));
  const { portLevelMtls, mtls } = specOf(theOnly(own, "workload"));
  const wholeNamespace = specOf(theOnly(local.filter(selectsAll), "namespace"));
  const wholeMesh = specOf(theOnly(inNamespace(rootNamespace).filter(selectsAll), "mesh"));
  const settings = [portLevelMtls?.[String(port)], mtls, wholeNamespace.mtls, wholeMesh.mtls];
  const mode = settings.map((setting) => setting?.mode).find((given) => given !== undefined && given !== "UNSET");
  return mode ?? "PERMISSIVE";
}
