import { at, fieldsOf, listAt, textAt } from "../../policy/read";
import type { Run } from "../support/registrations";

/** An object in a namespace, as `<kind> <namespace>/<name>`. */
export type Reference = string;

/** A pod that the program makes, itself or by a template. */
export interface OwnPod {
  readonly owner: string;
  readonly namespace: string;
  readonly spec: unknown;
}

/** Every pod that a run's own objects start. What charts start is theirs to describe. */
export function podsOf({ registrations }: Run): readonly OwnPod[] {
  return registrations.flatMap(({ type, name, inputs }) => {
    const spec = type === "kubernetes:core/v1:Pod" ? at(inputs, "spec") : at(inputs, "spec.template.spec");
    if (!type.startsWith("kubernetes:") || listAt(spec, "containers").length === 0) return [];
    return [{ owner: `${type} ${name}`, namespace: textAt(inputs, "metadata.namespace"), spec }];
  });
}

const containersOf = (spec: unknown) => [...listAt(spec, "containers"), ...listAt(spec, "initContainers")];

/** Every Secret, ConfigMap, ServiceAccount and claim without which a pod does not start. */
export function referencesOf({ namespace, spec }: OwnPod): readonly Reference[] {
  const volumes = listAt(spec, "volumes");
  const variables = containersOf(spec).flatMap((container) => [
    ...listAt(container, "env").map((variable) => at(variable, "valueFrom")),
    ...listAt(container, "envFrom"),
  ]);
  const named: readonly (readonly [kind: string, name: string])[] = [
    ["ServiceAccount", textAt(spec, "serviceAccountName")],
    ...listAt(spec, "imagePullSecrets").map((secret) => ["Secret", textAt(secret, "name")] as const),
    ...volumes.map((volume) => ["Secret", textAt(volume, "secret.secretName")] as const),
    ...volumes.map((volume) => ["ConfigMap", textAt(volume, "configMap.name")] as const),
    ...volumes.map((volume) => ["PersistentVolumeClaim", textAt(volume, "persistentVolumeClaim.claimName")] as const),
    ...variables.map(
      (from) => ["Secret", textAt(from, "secretKeyRef.name") || textAt(from, "secretRef.name")] as const,
    ),
    ...variables.map(
      (from) => ["ConfigMap", textAt(from, "configMapKeyRef.name") || textAt(from, "configMapRef.name")] as const,
    ),
  ];
  const found = named.filter(([, name]) => name !== "").map(([kind, name]) => `${kind} ${namespace}/${name}`);
  return [...new Set(found)];
}

/** Every object of these kinds that a run makes. */
export function madeBy({ registrations }: Run): ReadonlySet<Reference> {
  const kinds = ["ServiceAccount", "Secret", "ConfigMap", "PersistentVolumeClaim"];
  return new Set(
    registrations.flatMap(({ type, inputs }) => {
      const kind = kinds.find((each) => type === `kubernetes:core/v1:${each}`);
      if (kind === undefined) return [];
      return [`${kind} ${textAt(inputs, "metadata.namespace")}/${textAt(inputs, "metadata.name")}`];
    }),
  );
}

/** Why the kubelet would not start a pod, or its program could not read its files, for reasons of its user. */
export function userProblems({ spec }: OwnPod): readonly string[] {
  const pod = fieldsOf(at(spec, "securityContext"));
  const unprivileged = containersOf(spec).map((container) => ({
    ...pod,
    ...fieldsOf(at(container, "securityContext")),
  }));
  const isNonRoot = unprivileged.every(({ runAsNonRoot }) => runAsNonRoot === true);
  const isNumeric = unprivileged.every(({ runAsUser }) => typeof runAsUser === "number" && runAsUser > 0);
  const closedFiles = listAt(spec, "volumes").filter((volume) => {
    const mode = at(volume, "secret.defaultMode");
    return typeof mode === "number" && (mode & 0o004) === 0;
  });
  return [
    ...(isNonRoot ? [] : ["may run as root"]),
    ...(isNumeric ? [] : ["has runAsNonRoot and no numeric user, which an image with a named user does not survive"]),
    ...(closedFiles.length > 0 && typeof pod["fsGroup"] !== "number"
      ? ["mounts files that only root and root's group may read, and has no fsGroup"]
      : []),
  ];
}
