import type { Named } from "../reading";
import type { Observed } from "./objects";

/** What a person installed that an object belongs to: a Helm release, or the object at the top. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** Title of an object: `Pod istio-gateway/istio-ingressgateway-abc`. */
export function titleOf(kind: string, { metadata }: Named): string {
  return metadata.namespace === undefined
    ? `${kind} ${metadata.name}`
    : `${kind} ${metadata.namespace}/${metadata.name}`;
}

/** The owner of an object: up through its controllers, then the release that Helm noted there. */
export function ownerOf(kind: string, object: Named, { controllers }: Pick<Observed, "controllers">): Owner {
  const { metadata } = object;
  const above = (metadata.ownerReferences ?? [])[0];
  const parent = controllers.find(
    (one) =>
      one.kind === above?.kind && one.metadata.name === above.name && one.metadata.namespace === metadata.namespace,
  );
  if (parent !== undefined) return ownerOf(parent.kind, parent, { controllers });
  const namespace = metadata.namespace ?? "";
  const release = releaseOf(object);
  if (release !== undefined) return { kind: "Release", name: release, namespace };
  return above === undefined ? { kind, name: metadata.name, namespace } : { ...above, namespace };
}

// Helm annotates what it installs, but not its hooks: those have the labels that charts set.
function releaseOf({ metadata: { annotations = {}, labels = {} } }: Named): string | undefined {
  const noted = annotations["meta.helm.sh/release-name"];
  if (noted !== undefined) return noted;
  const isHelms = labels["app.kubernetes.io/managed-by"] === "Helm" || annotations["helm.sh/hook"] !== undefined;
  return isHelms ? labels["app.kubernetes.io/instance"] : undefined;
}
