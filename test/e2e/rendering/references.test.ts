import assert from "node:assert/strict";
import { chartNames } from "../../../local/engines/charts";
import { ofKind, requireCharts, type Installation } from "./installation";
import { referencesOf, type KubernetesObject, type RenderedPod } from "./rendered-object";

/** What is made in the cluster, while it runs, by what is installed: the pods that need it wait for it. */
const madeAtRunTime: readonly { readonly what: string; readonly because: string }[] = [
  { what: "ConfigMap istio-ca-root-cert", because: "istiod writes it into every namespace" },
];

const key = (kind: string, namespace: string | undefined, name: string): string => `${kind} ${namespace ?? ""}/${name}`;

// A Certificate makes a Secret; a Bundle makes a ConfigMap of its name in every namespace.
function existing({ objects }: Installation): ReadonlySet<string> {
  return new Set(
    objects.flatMap(({ kind, metadata: { name, namespace }, spec }) => {
      if (kind !== "Certificate") return [key(kind, namespace, name)];
      return [key(kind, namespace, name), key("Secret", namespace, (spec as { secretName: string }).secretName)];
    }),
  );
}

function missingOf(pod: RenderedPod, installation: Installation): readonly string[] {
  const there = existing(installation);
  const bundles = new Set(ofKind(installation.objects, "Bundle").map(({ metadata }) => `ConfigMap ${metadata.name}`));
  const claims = (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
    claim === undefined ? [] : [`PersistentVolumeClaim ${claim.claimName}`],
  );
  const account = pod.spec.serviceAccountName ?? "default";
  const accounts = account === "default" ? [] : [`ServiceAccount ${account}`];
  return [...referencesOf(pod), ...claims, ...accounts].filter((reference) => {
    const [kind = "", name = ""] = reference.split(" ");
    if (madeAtRunTime.some(({ what }) => what === reference) || bundles.has(reference)) return false;
    return !there.has(key(kind, pod.namespace, name));
  });
}

interface Binding extends KubernetesObject {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

interface Persistence {
  readonly size?: string;
  readonly storageClass?: string;
  readonly existingClaim?: string;
}

// Roles that Kubernetes itself has.
const builtIn = /^(system:|extension-apiserver-authentication-reader$|view$|edit$|admin$)/;

function brokenBindings(installation: Installation): readonly string[] {
  const there = existing(installation);
  const bindings = ofKind(installation.objects, "ClusterRoleBinding", "RoleBinding") as readonly Binding[];
  return bindings.flatMap(({ kind, metadata, roleRef, subjects }) => {
    const accounts = subjects.filter((subject) => subject.kind === "ServiceAccount");
    const lost = accounts.filter(
      ({ name, namespace }) => !there.has(key("ServiceAccount", namespace ?? metadata.namespace, name)),
    );
    const role = key(roleRef.kind, roleRef.kind === "Role" ? metadata.namespace : undefined, roleRef.name);
    const isLost = !there.has(role) && !builtIn.test(roleRef.name);
    return [
      ...lost.map(({ name }) => `${kind} ${metadata.name} is for the account ${name}, which nothing makes`),
      ...(isLost ? [`${kind} ${metadata.name} gives the role ${roleRef.name}, which nothing makes`] : []),
    ];
  });
}

describe("what the charts make", () => {
  it("has every Secret, ConfigMap, volume claim and account that a pod refers to", async function () {
    const { installations } = await requireCharts(this, ...chartNames);
    for (const installation of installations) {
      const missing = installation.pods.flatMap((pod) =>
        missingOf(pod, installation).map((reference) => `${pod.namespace}: ${pod.owner} needs ${reference}`),
      );
      assert.deepEqual(missing, [], installation.variant.title);
    }
  });

  it("has every volume claim bound to the storage class of the stack, in the size that the program asks for", async function () {
    const { installations } = await requireCharts(this, "ziti-controller", "ziti-router");
    for (const { releases, variant } of installations) {
      for (const { chart, values, objects } of releases) {
        const persistence = values.persistence as Persistence | undefined;
        const claims = ofKind(objects, "PersistentVolumeClaim").map(({ spec }) => {
          const { resources, storageClassName } = spec as {
            resources: { requests: { storage: string } };
            storageClassName?: string;
          };
          return { size: resources.requests.storage, storageClass: storageClassName };
        });
        // A claim that exists already is the program's own, and another case looks at it.
        const isAsked = persistence !== undefined && persistence.existingClaim === undefined;
        const asked = isAsked ? [{ size: persistence.size, storageClass: persistence.storageClass }] : [];
        assert.deepEqual(claims, asked, `${variant.title}: ${chart.name}`);
      }
    }
  });

  for (const name of chartNames) {
    it(`puts nothing of ${name} outside of the stack's namespaces`, async function () {
      const { installations } = await requireCharts(this, name);
      for (const { releases, own, variant } of installations) {
        const namespaces = new Set(ofKind(own, "Namespace").map(({ metadata }) => metadata.name));
        const foreign = releases
          .filter(({ chart }) => chart.name === name)
          .flatMap(({ objects }) => objects)
          .filter(({ metadata }) => metadata.namespace !== undefined && !namespaces.has(metadata.namespace))
          .map(({ kind, metadata }) => `${kind} ${metadata.name} in ${metadata.namespace}`);
        assert.deepEqual(foreign, [], variant.title);
      }
    });
  }

  it("is made by one release only, and not by the program as well", async function () {
    const { charts, installations } = await requireCharts(this);
    if (charts.size === 0) this.skip();
    for (const { objects, variant } of installations) {
      const keys = objects
        .filter(({ kind }) => !kind.endsWith("Patch"))
        .map(({ kind, metadata }) => key(kind, metadata.namespace, metadata.name));
      const twice = keys.filter((one, index) => keys.indexOf(one) !== index);
      assert.deepEqual(twice, [], variant.title);
    }
  });

  it("gives roles to accounts that exist, and roles that exist", async function () {
    const { charts, installations } = await requireCharts(this);
    if (charts.size === 0) this.skip();
    for (const installation of installations) {
      assert.deepEqual(brokenBindings(installation), [], installation.variant.title);
    }
  });
});
