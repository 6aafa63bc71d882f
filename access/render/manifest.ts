/** A Kubernetes object as plain data: what a renderer returns and a component registers. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ManifestMetadata;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** The part of object metadata that renderers set. `namespace` is absent only on cluster-scoped kinds. */
interface ManifestMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Annotation that carries the reason of a rendered object: the `because` of the model's rules behind it. */
export const becauseAnnotation = "networking.agyn.io/because";
