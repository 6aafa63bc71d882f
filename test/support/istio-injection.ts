import { selects, type LabelSelector } from "./network-policy-selectors";

/*
 * Facts about Istio 1.30 and 1.31, in the project's own words: for which pods the API server asks istiod to inject a proxy.
 * Each control plane registers a webhook with several clauses; a clause holds when the labels of the namespace and those of
 * the pod both satisfy it. istiod, once asked, declines for pods on the network of their host and in the namespaces below.
 */

type Labels = Readonly<Record<string, string>>;

/** A pod at its creation, and the labels of the namespace that it is created in. */
export interface CreatedPod {
  readonly namespace: string;
  readonly namespaceLabels: Labels;
  readonly labels: Labels;
  readonly hostNetwork?: boolean;
}

interface Clause {
  readonly name: "rev.namespace" | "rev.object" | "namespace" | "object";
  readonly namespaceSelector: LabelSelector;
  readonly objectSelector: LabelSelector;
}

const revisionLabel = "istio.io/rev";
const switchLabel = "istio-injection";
const podLabel = "sidecar.istio.io/inject";
const absent = (key: string) => ({ key, operator: "DoesNotExist" });
const among = (key: string, value: string) => ({ key, operator: "In", values: [value] });
const notRefused = { key: podLabel, operator: "NotIn", values: ["false"] };

// The namespace names the revision, or the pod does where the namespace says nothing at all.
function clausesOfRevision(revision: string): readonly Clause[] {
  return [
    {
      name: "rev.namespace",
      namespaceSelector: { matchExpressions: [among(revisionLabel, revision), absent(switchLabel)] },
      objectSelector: { matchExpressions: [notRefused] },
    },
    {
      name: "rev.object",
      namespaceSelector: { matchExpressions: [absent(revisionLabel), absent(switchLabel)] },
      objectSelector: { matchExpressions: [notRefused, among(revisionLabel, revision)] },
    },
  ];
}

// Without a revision of its own a control plane serves the older label too.
const clausesOfDefault: readonly Clause[] = [
  {
    name: "namespace",
    namespaceSelector: { matchExpressions: [among(switchLabel, "enabled")] },
    objectSelector: { matchExpressions: [notRefused] },
  },
  {
    name: "object",
    namespaceSelector: { matchExpressions: [absent(switchLabel), absent(revisionLabel)] },
    objectSelector: { matchExpressions: [among(podLabel, "true"), absent(revisionLabel)] },
  },
];

const declined = ["kube-system", "kube-public", "kube-node-lease", "local-path-storage"];

/** Every clause that holds for a pod, as `<revision>/<clause>`; `""` is the control plane without a revision. */
export function injectionsOf(pod: CreatedPod, revisions: readonly string[]): readonly string[] {
  if (pod.hostNetwork === true || declined.includes(pod.namespace)) return [];
  return revisions.flatMap((revision) => {
    const clauses = [...clausesOfRevision(revision || "default"), ...(revision === "" ? clausesOfDefault : [])];
    return clauses
      .filter(
        ({ namespaceSelector, objectSelector }) =>
          selects(namespaceSelector, pod.namespaceLabels) && selects(objectSelector, pod.labels),
      )
      .map(({ name }) => `${revision || "default"}/${name}`);
  });
}

/** Labels that Istio's chart `gateway` puts on its pods, by release name and values. */
export function gatewayPodLabels(release: string, values: { readonly revision?: string; readonly labels?: Labels }) {
  return {
    [podLabel]: "true",
    ...(values.revision === undefined ? {} : { [revisionLabel]: values.revision }),
    app: values.labels?.["app"] ?? release,
    istio: values.labels?.["istio"] ?? release.replace(/^istio-/, ""),
    "app.kubernetes.io/name": release,
  };
}

/** Labels of pods that run Istio's own images and refuse a second proxy: istiod, and those made for a Gateway. */
export const ownPodLabels: Labels = { [podLabel]: "false" };
