/** What a resource's URN says: its type, its logical name, and whether this plugin can do it. Pure. */

/** The parts of a URN that matter here. */
export interface ResourceType {
  /** For example `kubernetes:apps/v1:Deployment`. */
  token: string;
  logicalName: string;
  apiVersion: string;
  kind: string;
  /** A `…Patch` resource owns a few fields of an object that exists anyway. */
  isPatch: boolean;
}

const howToGetPlugin =
  "install the real one where there is a network: pulumi plugin install resource kubernetes 4.32.0";

/** What the real plugin does and this one refuses: the start of the type or function, and why. */
const refused: [string, string][] = [
  ["kubernetes:helm", "Helm charts are rendered and installed by the real Kubernetes plugin"],
  ["kubernetes:yaml", "YAML manifests are expanded by the real Kubernetes plugin"],
  ["kubernetes:kustomize", "kustomizations are built by the real Kubernetes plugin"],
];

/** The reason for which a resource type or function is refused, in one line; undefined when it is not. */
export function tryFindRefusal(token: string): string | undefined {
  const found = refused.find(([start]) => token.startsWith(start));
  return found && `${token}: ${found[1]}, not by its local stand-in; ${howToGetPlugin}`;
}

/** Reads a URN. Throws for a type that this plugin refuses or does not know. */
export function parseUrn(urn: string): ResourceType {
  const [, , types = "", ...names] = urn.split("::");
  const token = types.split("$").at(-1) ?? "";
  const refusal = tryFindRefusal(token);
  if (refusal !== undefined) throw new Error(refusal);
  const [, version = "", type = ""] = token.split(":");
  if (version === "" || type === "") throw new Error(`type "${token}": expected kubernetes:<group>/<version>:<Kind>`);
  // No kind of Kubernetes itself ends in "Patch".
  const isPatch = type.endsWith("Patch") && type !== "Patch";
  const kind = isPatch ? type.slice(0, -"Patch".length) : type;
  return { token, logicalName: names.join("::"), apiVersion: version.replace(/^core\//, ""), kind, isPatch };
}
