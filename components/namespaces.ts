import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** One namespace that the program owns. */
interface NamespaceArgs {
  readonly name: string;
  /**
   * Whether its pods get an Istio sidecar. `false` is written out, and wins over whatever a pod asks for. `byPod`: those
   * that ask for it by their own label, which Istio honors only where the namespace has no label at all.
   */
  readonly injected: boolean | "byPod";
  /** Istio revision that injects; default: the default revision. */
  readonly revision?: string;
}

/** Creates a namespace labeled for sidecar injection (or against it, or not at all) and as managed by this program. */
export function createNamespace(
  logicalName: string,
  args: NamespaceArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Namespace {
  return new k8s.core.v1.Namespace(logicalName, { metadata: namespaceMetadata(args) }, opts);
}

/** Labels a namespace that somebody else created; on destroy only our labels go. */
export function labelNamespace(
  logicalName: string,
  args: NamespaceArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.NamespacePatch {
  return new k8s.core.v1.NamespacePatch(logicalName, { metadata: namespaceMetadata(args) }, opts);
}

// Injection is decided when a pod is created, so the label must be there first. Of the two labels, the one without a
// revision would win.
function injectionLabels({ injected, revision }: NamespaceArgs): Record<string, string> {
  if (injected === "byPod") return {};
  if (injected && revision !== undefined) return { "istio.io/rev": revision };
  return { "istio-injection": injected ? "enabled" : "disabled" };
}

function namespaceMetadata(args: NamespaceArgs) {
  return {
    name: args.name,
    labels: {
      ...injectionLabels(args),
      "app.kubernetes.io/managed-by": "agyn-networking",
    },
  };
}
