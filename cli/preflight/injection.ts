import type { Named } from "../../kubernetes/reading";
import type { Pod } from "./facts";

/** What the labels of a namespace say about sidecars. */
export type Injection =
  | { readonly state: "enabled"; readonly label: string; readonly revision: string; readonly since?: string }
  | { readonly state: "disabled" | "unset" };

/** Reads the labels of a namespace. Of the two labels, `istio-injection` wins, and stands for the default revision. */
export function injectionOf({ metadata }: Named): Injection {
  const { "istio-injection": switched, "istio.io/rev": revision } = metadata.labels ?? {};
  if (switched === "disabled") return { state: "disabled" };
  if (switched === "enabled") return enabled(metadata, "istio-injection", switched, "default");
  if (revision !== undefined && revision !== "") return enabled(metadata, "istio.io/rev", revision, revision);
  return { state: "unset" };
}

function enabled(metadata: Named["metadata"], key: string, value: string, revision: string): Injection {
  return { state: "enabled", label: `${key}=${value}`, revision, since: labeledAt(metadata, key) };
}

// Whoever set a label stands in managedFields with the time of the last change. That may be later than the label is:
// good enough for a reason, not for a verdict.
function labeledAt({ managedFields = [] }: Named["metadata"], key: string): string | undefined {
  const times = managedFields
    .filter(({ fieldsV1 }) => {
      const { "f:metadata": fields } = (fieldsV1 ?? {}) as { "f:metadata"?: { "f:labels"?: object } };
      return Object.hasOwn(fields?.["f:labels"] ?? {}, `f:${key}`);
    })
    .flatMap(({ time }) => time ?? []);
  return times.sort()[0];
}

/** Whether a pod has a sidecar: a container, or, as a native sidecar, an init container. */
export function hasSidecar({ spec }: Pod): boolean {
  return [...spec.containers, ...(spec.initContainers ?? [])].some(({ name }) => name === "istio-proxy");
}

/** Where a pod opts out of injection: "label" or "annotation"; undefined when it does not. The label wins. */
export function optOutOf({ metadata }: Pod): "label" | "annotation" | undefined {
  const key = "sidecar.istio.io/inject";
  const label = metadata.labels?.[key];
  if (label !== undefined) return label === "false" ? "label" : undefined;
  return metadata.annotations?.[key] === "false" ? "annotation" : undefined;
}
