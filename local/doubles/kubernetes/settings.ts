/** The provider's configuration: which cluster, and how objects are changed. */
import { isDeepStrictEqual } from "node:util";
import { type KubeconfigChoice, loadConnection } from "./kubeconfig";
import { type JsonObject, UNKNOWN } from "./properties";
import type { Mutability } from "./replacements";

/** Settings of one provider instance; names as in `@pulumi/kubernetes`, defaults false or empty. */
export interface Settings {
  choice: KubeconfigChoice;
  namespace: string;
  mutable: Mutability;
  enablePatchForce: boolean;
  upsertExistingObjects: boolean;
  deleteUnreachable: boolean;
}

/** A wrong input: its key and what to do about it. */
export interface Problem {
  property: string;
  reason: string;
}

function text(args: JsonObject, key: string): string {
  const value = args[key];
  return typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
}

// The SDK sends switches as JSON text; those it does not send may come from the environment.
function isOn(args: JsonObject, key: string, variable: string): boolean {
  return (text(args, key) || process.env[variable]) === "true";
}

/** The settings in the provider's inputs. */
export function toSettings(args: JsonObject): Settings {
  return {
    choice: { kubeconfig: text(args, "kubeconfig"), context: text(args, "context"), cluster: text(args, "cluster") },
    namespace: text(args, "namespace"),
    mutable: {
      configMaps: isOn(args, "enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
      secrets: isOn(args, "enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    },
    enablePatchForce: isOn(args, "enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    upsertExistingObjects: isOn(args, "upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    deleteUnreachable: isOn(args, "deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
  };
}

/** What of the provider's inputs this plugin cannot do. */
export function validateSettings(args: JsonObject): Problem[] {
  const problems: Problem[] = [];
  if (text(args, "enableServerSideApply") === "false")
    problems.push({
      property: "enableServerSideApply",
      reason:
        "received false; the local stand-in of the Kubernetes plugin only applies server-side: leave it out or set true",
    });
  if (text(args, "renderYamlToDirectory") !== "")
    problems.push({
      property: "renderYamlToDirectory",
      reason: "needs the real Kubernetes plugin; leave it out with the local stand-in",
    });
  return problems;
}

function tryFindServer(args: JsonObject): string | undefined {
  const { choice } = toSettings(args);
  return choice.kubeconfig ? loadConnection(choice).server : undefined;
}

/** Which keys of the provider's inputs changed, and which of them mean another cluster. */
export function diffSettings(before: JsonObject, after: JsonObject): { diffs: string[]; replaces: string[] } {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const diffs = keys.filter((key) => !isDeepStrictEqual(before[key], after[key]));
  const clusterKeys = diffs.filter((key) => ["kubeconfig", "context", "cluster"].includes(key));
  if (before.clusterIdentifier !== undefined && after.clusterIdentifier !== undefined)
    return { diffs, replaces: diffs.filter((key) => key === "clusterIdentifier") };
  if (clusterKeys.length === 0) return { diffs, replaces: [] };
  const isUnknown = clusterKeys.some((key) => after[key] === UNKNOWN);
  return { diffs, replaces: isUnknown || tryFindServer(before) !== tryFindServer(after) ? clusterKeys : [] };
}
