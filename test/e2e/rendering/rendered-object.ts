import { parseAllDocuments } from "yaml";

type Labels = Readonly<Record<string, string>>;

/** An object of Kubernetes, out of a chart or of the program. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
  readonly [field: string]: unknown;
}

interface Named {
  readonly name: string;
  readonly optional?: boolean;
}

interface Source {
  readonly secret?: { readonly secretName?: string; readonly name?: string; readonly optional?: boolean };
  readonly configMap?: Named;
}

/** A container, as far as the tests read it. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[] | null;
  readonly env?:
    | readonly {
        readonly name: string;
        readonly value?: string;
        readonly valueFrom?: { readonly secretKeyRef?: Named; readonly configMapKeyRef?: Named };
      }[]
    | null;
  readonly envFrom?: readonly { readonly secretRef?: Named; readonly configMapRef?: Named }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

/** A pod's specification, as far as the tests read it. */
export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly nodeSelector?: Labels;
  readonly tolerations?: readonly { readonly key?: string }[];
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly (Source & {
    readonly name: string;
    readonly persistentVolumeClaim?: { readonly claimName: string };
    readonly projected?: { readonly sources: readonly Source[] };
  })[];
}

/** The pods that an object starts. */
export interface RenderedPod {
  /** Kind and name of what starts them. */
  readonly owner: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly spec: PodSpec;
}

/**
 * The objects in a rendering, each with its namespace. Definitions of kinds are left out: they are megabytes, and no test
 * looks into one.
 */
export function toObjects(text: string, namespace: string): readonly KubernetesObject[] {
  const documents = text.split(/^---$/m).filter((document) => !/^kind: "?CustomResourceDefinition"?$/m.test(document));
  return documents
    .flatMap((document) => parseAllDocuments(document))
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object): object is KubernetesObject => object?.kind !== undefined)
    .map((object) => ({ ...object, metadata: { ...object.metadata, ...placeOf(object, namespace) } }));
}

function placeOf({ kind, metadata }: KubernetesObject, namespace: string): { namespace?: string } {
  const isClusterWide = /^(Cluster|.*Webhook|ValidatingAdmission|Bundle$|PriorityClass$|GatewayClass$)/.test(kind);
  return isClusterWide ? {} : { namespace: metadata.namespace ?? namespace };
}

interface Template {
  readonly metadata?: { readonly labels?: Labels };
  readonly spec: PodSpec;
}

/** The pods that an object starts, if it starts any. */
export function tryToPod(object: KubernetesObject): RenderedPod | undefined {
  const { kind, metadata } = object;
  const spec = object.spec as { template?: Template; jobTemplate?: { spec: { template: Template } } } | undefined;
  const own = kind === "Pod" ? { metadata, spec: object.spec as PodSpec } : undefined;
  const template = own ?? spec?.template ?? spec?.jobTemplate?.spec.template;
  if (template?.spec?.containers === undefined) return undefined;
  const labels = template.metadata?.labels ?? {};
  return { owner: `${kind} ${metadata.name}`, namespace: metadata.namespace ?? "default", labels, spec: template.spec };
}

/** Every container of a pod. */
export function containersOf({ spec }: RenderedPod): readonly Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

/** The Secrets and ConfigMaps without which a pod does not start, as `Kind name`. */
export function referencesOf(pod: RenderedPod): readonly string[] {
  const sources = (pod.spec.volumes ?? []).flatMap((volume) => [volume, ...(volume.projected?.sources ?? [])]);
  const fromVolumes = sources.flatMap(({ secret, configMap }) => [
    ...required("Secret", secret && { ...secret, name: secret.secretName ?? secret.name ?? "" }),
    ...required("ConfigMap", configMap),
  ]);
  const fromEnvironment = containersOf(pod).flatMap(({ env, envFrom }) => [
    ...(env ?? []).flatMap(({ valueFrom }) => [
      ...required("Secret", valueFrom?.secretKeyRef),
      ...required("ConfigMap", valueFrom?.configMapKeyRef),
    ]),
    ...(envFrom ?? []).flatMap((one) => [
      ...required("Secret", one.secretRef),
      ...required("ConfigMap", one.configMapRef),
    ]),
  ]);
  return [...new Set([...fromVolumes, ...fromEnvironment])];
}

function required(kind: string, reference: Named | undefined): readonly string[] {
  return reference === undefined || reference.optional === true ? [] : [`${kind} ${reference.name}`];
}
