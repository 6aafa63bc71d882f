import assert from "node:assert/strict";
import { chartNames } from "../../../local/engines/charts";
import { ofKind, requireCharts, type Installation } from "./installation";
import type { RenderedPod } from "./rendered-object";

const title = "settings of one cluster";

interface Account {
  readonly imagePullSecrets?: readonly { readonly name: string }[];
}

// Kubernetes adds what the account of a pod has to what the pod has itself.
function pullSecretsOf({ spec, namespace }: RenderedPod, { objects }: Installation): readonly string[] {
  const account = ofKind(objects, "ServiceAccount").find(
    ({ metadata }) => metadata.name === spec.serviceAccountName && metadata.namespace === namespace,
  ) as Account | undefined;
  return [...(spec.imagePullSecrets ?? []), ...(account?.imagePullSecrets ?? [])].map(({ name }) => name);
}

const settings: readonly {
  readonly what: string;
  readonly isOn: (pod: RenderedPod, installation: Installation) => boolean;
}[] = [
  { what: "the labels of its nodes", isOn: ({ spec }) => spec.nodeSelector?.["example.com/pool"] === "networking" },
  {
    what: "the taint of its nodes",
    isOn: ({ spec }) => (spec.tolerations ?? []).some(({ key }) => key === "dedicated"),
  },
  {
    what: "the Secret for images",
    isOn: (pod, installation) => pullSecretsOf(pod, installation).includes("registry-acme"),
  },
];

describe("the settings of one cluster", () => {
  for (const { what, isOn } of settings) {
    it(`give ${what} to every pod, of every chart and of the program`, async function () {
      const { installations } = await requireCharts(this, ...chartNames);
      const installation = installations.find(({ variant }) => variant.title === title)!;
      const without = installation.pods.filter((pod) => !isOn(pod, installation));
      assert.ok(installation.pods.length > 8);
      assert.deepEqual(
        without.map(({ owner }) => owner),
        [],
      );
    });
  }

  it("give the storage class to every volume claim, of every chart and of the program", async function () {
    const { installations } = await requireCharts(this, ...chartNames);
    const { objects } = installations.find(({ variant }) => variant.title === title)!;
    const claims = ofKind(objects, "PersistentVolumeClaim");
    assert.ok(claims.length >= 2);
    for (const { metadata, spec } of claims) {
      assert.equal((spec as { storageClassName?: string }).storageClassName, "fast-ssd", metadata.name);
    }
  });
});
