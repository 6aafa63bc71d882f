import * as assert from "node:assert/strict";
import { storeNames, services, findStore } from "../../access/platform/services";
import { gatewayPodLabels, injectionsOf, ownPodLabels, type CreatedPod } from "../support/istio-injection";
import { ofType, registerProgram, type Run, type StackConfig } from "../support/registrations";

type Labels = Readonly<Record<string, string>>;

interface Release {
  readonly name: string;
  readonly chart: string;
  readonly namespace: string;
  readonly values: { readonly revision?: string; readonly labels?: Labels };
}

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Labels;
}

const releasesOf = (run: Run) =>
  ofType(run, "kubernetes:helm.sh/v3:Release").map(({ inputs }) => inputs as unknown as Release);

function namespaceLabels(run: Run): ReadonlyMap<string, Labels> {
  const made = ["Namespace", "NamespacePatch"].flatMap((kind) => ofType(run, `kubernetes:core/v1:${kind}`));
  return new Map(made.map(({ inputs }) => (({ name, labels = {} }) => [name, labels])(inputs.metadata as Metadata)));
}

const revisionsOf = (run: Run) =>
  releasesOf(run)
    .filter(({ chart }) => chart === "istiod")
    .map(({ values }) => values.revision ?? "");

/** A pod of the installation, and whether the model says that it is in the mesh. */
interface Expected {
  readonly title: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly injected: boolean;
}

const asking = { "sidecar.istio.io/inject": "true" };

// Of the namespaces that are not in the mesh: what runs there, and one that asks for a sidecar nevertheless.
const outside: readonly (readonly [namespace: string, labels: Labels])[] = [
  ["agyn-workloads", { "agyn.dev/agent": "a" }],
  ["agyn-workloads", asking],
  ["ziti", { "app.kubernetes.io/name": "ziti-controller" }],
  ["ziti", { "app.kubernetes.io/name": "ziti-router" }],
  ["ziti", asking],
  ["cert-manager", { "app.kubernetes.io/name": "cert-manager" }],
  ["cert-manager", { "app.kubernetes.io/name": "trust-manager" }],
  ["istio-system", { app: "istiod", ...ownPodLabels }],
  ["istio-gateway", { "gateway.networking.k8s.io/gateway-name": "agyn", ...ownPodLabels }],
  ["istio-gateway", { "acme.cert-manager.io/http01-solver": "true" }],
];

function platformPods(): Expected[] {
  const ends = [
    ...services.map(({ name, selector }) => ({ name, selector })),
    ...storeNames.map((name) => ({ name, selector: findStore(name).selector })),
  ];
  return ends.map(({ name, selector }) => ({
    ...{ title: name, namespace: "agyn-platform", labels: selector, injected: true },
  }));
}

function registeredPods(run: Run): Expected[] {
  const platform = ["Deployment", "StatefulSet"].flatMap((kind) => ofType(run, `kubernetes:apps/v1:${kind}`));
  const bare = ofType(run, "kubernetes:core/v1:Pod");
  return [
    ...platform.map(({ name, inputs }) => {
      const { template } = inputs.spec as { template: { metadata: Metadata } };
      const { namespace = "" } = inputs.metadata as Metadata;
      return {
        title: name,
        namespace,
        labels: template.metadata.labels ?? {},
        injected: namespace === "agyn-platform",
      };
    }),
    ...bare.map(({ name, inputs }) => {
      const { namespace = "", labels = {} } = inputs.metadata as Metadata;
      return { title: name, namespace, labels, injected: false };
    }),
    ...releasesOf(run)
      .filter(({ chart }) => chart === "gateway")
      .map(({ name, namespace, values }) => ({
        ...{ title: name, namespace, labels: gatewayPodLabels(name, values), injected: true },
      })),
  ];
}

// The controller of the operator's runs in a namespace that the program does not touch.
function controllerPods(run: Run): Expected[] {
  const needs = run.outputs.ingressController as { namespace: string; podLabels: Labels } | undefined;
  if (needs === undefined) return [];
  const { namespace, podLabels: labels } = needs;
  return [{ title: "the ingress controller", namespace, labels, injected: true }];
}

function podsOf(run: Run): Expected[] {
  const others = outside.map(([namespace, labels]) => ({
    ...{ title: `${namespace} ${JSON.stringify(labels)}`, namespace, labels, injected: false },
  }));
  return [...platformPods(), ...registeredPods(run), ...controllerPods(run), ...others];
}

const retained = [{ revision: "1-30-8", version: "1.30.8" }];
const unnamed = { revision: "default", version: "1.30.8" };
const traefik = { provider: "ingress", controller: { entry: "mesh" } };
const stacks: [title: string, config: StackConfig, gateways: number][] = [
  ["the default revision", {}, 1],
  ["a named revision", { mesh: { revision: "1-31-1" } }, 1],
  ["a named revision beside an older one", { mesh: { revision: "1-31-1", retained } }, 1],
  ["a named revision beside the unnamed one", { mesh: { revision: "1-31-1", retained: [unnamed] } }, 1],
  ["namespaces of the operator's", { namespaces: { create: false } }, 1],
  ["namespaces of the operator's and a revision", { namespaces: { create: false }, mesh: { revision: "1-31-1" } }, 1],
  ["pods that Istio makes for a Gateway", { ingress: { provider: "gateway-api" } }, 0],
  ["Traefik in the mesh", { ingress: traefik }, 0],
  ["network policies that are measured", { networkPolicies: { enabled: true, probe: true } }, 1],
];

describe("the injection of sidecars, by the labels of namespaces and pods", () => {
  for (const [title, config, gateways] of stacks) {
    it(`gives every pod of the mesh one proxy and no other pod any: ${title}`, async () => {
      const run = await registerProgram("dev", config);
      const [labels, revisions] = [namespaceLabels(run), revisionsOf(run)];
      const pods = podsOf(run);
      assert.equal(releasesOf(run).filter(({ chart }) => chart === "gateway").length, gateways);
      assert.ok(pods.filter(({ injected }) => injected).length > 39, "every workload, and what the program runs");
      const wrong = pods.flatMap((pod) => {
        const created: CreatedPod = { ...pod, namespaceLabels: labels.get(pod.namespace) ?? {} };
        const found = injectionsOf(created, revisions);
        return found.length === Number(pod.injected) ? [] : [`${pod.title}: ${found.join(", ") || "none"}`];
      });
      assert.deepEqual(wrong, []);
    });
  }

  it("moves the proxies of a new revision to it, the gateway's among them", async () => {
    const run = await registerProgram("dev", { mesh: { revision: "1-31-1", retained } });
    const labels = namespaceLabels(run);
    for (const pod of registeredPods(run).filter(({ injected }) => injected)) {
      const found = injectionsOf({ ...pod, namespaceLabels: labels.get(pod.namespace) ?? {} }, revisionsOf(run));
      assert.match(found.join(), /^1-31-1\/rev\.\w+$/, pod.title);
    }
  });

  it("leaves a pod that asks for a proxy without one where the namespace has a label against it", () => {
    const labels = gatewayPodLabels("istio-ingressgateway", {});
    const pod = { namespace: "istio-gateway", labels };
    assert.deepEqual(injectionsOf({ ...pod, namespaceLabels: { "istio-injection": "disabled" } }, [""]), []);
    assert.deepEqual(injectionsOf({ ...pod, namespaceLabels: {} }, [""]), ["default/object"]);
  });
});
