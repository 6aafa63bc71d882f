import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** Sidecar injection is decided by this label, and only when the pod is created: the label must be there first. */
const injectionLabel = "istio-injection";

/** One namespace that the program owns. */
export interface NamespaceArgs {
  readonly name: string;
  /** Whether pods get an Istio sidecar; `false` is written out, so that nobody wonders. */
  readonly injected: boolean;
}

/** Creates a namespace labeled for (or against) sidecar injection and as managed by this program. */
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

function namespaceMetadata(args: NamespaceArgs) {
  return {
    name: args.name,
    labels: {
      [injectionLabel]: args.injected ? "enabled" : "disabled",
      "app.kubernetes.io/managed-by": "agyn-networking",
    },
  };
}
