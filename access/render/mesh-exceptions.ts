import { exceptionSelector } from "../model/exceptions";
import { groupBy } from "../model/group-by";
import { becauseAnnotation, type Manifest } from "./manifest";
import type { Model } from "../model/model";
import type { MeshException } from "../model/options";

function toManifest(group: readonly MeshException[], { options }: Model): Manifest {
  const [first] = group;
  const { workload, namespace = options.namespaces.platform } = first as MeshException;
  const matchLabels = exceptionSelector(first as MeshException, options.namespaces);
  const ports = group.flatMap(({ port, mode }) => (port === undefined ? [] : [[String(port), { mode }] as const]));
  const mode = group.find(({ port }) => port === undefined)?.mode ?? "STRICT";
  return {
    apiVersion: "security.istio.io/v1",
    kind: "PeerAuthentication",
    metadata: {
      name: workload === undefined ? "exception" : `exception-${workload}`,
      namespace,
      annotations: { [becauseAnnotation]: group.map(({ because }) => because).join("\n") },
    },
    spec: {
      ...(matchLabels && { selector: { matchLabels } }),
      mtls: { mode },
      ...(ports.length > 0 && { portLevelMtls: Object.fromEntries(ports) }),
    },
  };
}

/**
 * The exceptions to STRICT mutual TLS, one PeerAuthentication per workload: of two for the same workload Istio would
 * obey the older. Everything that an exception does not name stays STRICT.
 */
export function renderMeshExceptions(model: Model): readonly Manifest[] {
  const { namespaces } = model.options;
  const groups = groupBy(
    model.exceptions,
    ({ namespace, workload }) => `${namespace ?? namespaces.platform}/${workload ?? ""}`,
  );
  return [...groups.values()].map((group) => toManifest(group, model));
}
