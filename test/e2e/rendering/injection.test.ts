import assert from "node:assert/strict";
import { selects, type LabelSelector } from "../../support/network-policy-selectors";
import { ofKind, requireCharts, type Installation } from "./installation";
import type { RenderedPod } from "./rendered-object";

interface Webhook {
  readonly name: string;
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
}

type Labels = Readonly<Record<string, string>>;

function namespacesOf({ own }: Installation): ReadonlyMap<string, Labels> {
  return new Map(
    ofKind(own, "Namespace", "NamespacePatch").map(({ metadata: { name, labels } }) => [
      name,
      { "kubernetes.io/metadata.name": name, ...labels },
    ]),
  );
}

/** The control planes that inject a pod, by the revision that their configuration of webhooks is for. */
function injectorsOf(labels: Labels, namespace: Labels, { objects }: Installation): readonly string[] {
  return ofKind(objects, "MutatingWebhookConfiguration").flatMap(({ metadata, webhooks }) => {
    if (!metadata.name.startsWith("istio-sidecar-injector")) return [];
    const chosen = (webhooks as readonly Webhook[]).filter(
      ({ namespaceSelector = {}, objectSelector = {} }) =>
        selects(namespaceSelector, namespace) && selects(objectSelector, labels),
    );
    return chosen.map(() => metadata.labels?.["istio.io/rev"] ?? "none");
  });
}

function revisionOf({ variant }: Installation): string {
  return (variant.config.mesh as { revision?: string } | undefined)?.revision ?? "default";
}

const gatewayOwner = "Deployment istio-ingressgateway";

describe("the control plane's webhooks", () => {
  it("inject the ingress gateway, once and by the stack's revision", async function () {
    const { installations } = await requireCharts(this, "istiod", "gateway");
    for (const installation of installations) {
      const gateway = installation.pods.find(({ owner }) => owner === gatewayOwner);
      assert.ok(gateway, installation.variant.title);
      const namespace = namespacesOf(installation).get(gateway.namespace);
      assert.ok(namespace, `${gateway.namespace} is no namespace of the stack`);
      const injectors = injectorsOf(gateway.labels, namespace, installation);
      assert.deepEqual(injectors, [revisionOf(installation)], installation.variant.title);
    }
  });

  it("inject no other pod of the charts, and none of the overlay", async function () {
    const { installations } = await requireCharts(this, "istiod");
    for (const installation of installations) {
      const namespaces = namespacesOf(installation);
      const released = installation.pods.filter(({ owner, namespace }) => {
        return owner !== gatewayOwner && installation.releases.some((release) => release.namespace === namespace);
      });
      assert.ok(released.length > 0);
      const injected = released.filter(({ labels, namespace }: RenderedPod) => {
        return injectorsOf(labels, namespaces.get(namespace) ?? {}, installation).length > 0;
      });
      assert.deepEqual(
        injected.map(({ owner }) => owner),
        [],
        installation.variant.title,
      );
    }
  });

  it("inject the pods of the platform and not those of agents, by the stack's revision alone", async function () {
    const { installations } = await requireCharts(this, "istiod");
    for (const installation of installations) {
      const names = installation.variant.config.namespaces as { platform?: string; workloads?: string } | undefined;
      const namespaces = namespacesOf(installation);
      const platform = namespaces.get(names?.platform ?? "agyn-platform")!;
      const workloads = namespaces.get(names?.workloads ?? "agyn-workloads")!;
      assert.deepEqual(injectorsOf({}, platform, installation), [revisionOf(installation)], installation.variant.title);
      assert.deepEqual(injectorsOf({ "sidecar.istio.io/inject": "true" }, workloads, installation), []);
    }
  });
});
