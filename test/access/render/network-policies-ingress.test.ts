import assert from "node:assert/strict";
import { buildModel } from "../../../access/model/model";
import type { IngressOptions } from "../../../access/model/options";
import { renderNetworkPolicies } from "../../../access/render/network-policies";
import { findService } from "../../../access/platform/services";
import { networkPoliciesWith } from "../options";
import { optionsFor, type ProviderCase } from "./public-providers";
import { admits } from "./traffic";

interface Entry {
  readonly title: string;
  readonly provider: ProviderCase;
  readonly changes?: Partial<IngressOptions>;
  /** A pod that brings the public's requests. */
  readonly pod: { readonly namespace: string; readonly labels: Record<string, string> };
  readonly inMesh: boolean;
  readonly solvers: "platform" | "ingress";
  readonly passesThrough: boolean;
}

const traefikPod = { namespace: "traefik", labels: { "app.kubernetes.io/name": "traefik" } };
const controller = { kind: "generic", entry: "plaintext", namespace: "haproxy" } as const;
const entries: readonly Entry[] = [
  {
    title: "Istio's gateway",
    provider: "istio",
    pod: { namespace: "ingress", labels: { istio: "ingressgateway" } },
    inMesh: true,
    solvers: "ingress",
    passesThrough: true,
  },
  {
    title: "the pods that Istio makes for a Gateway",
    provider: "gatewayApi",
    pod: { namespace: "ingress", labels: { "gateway.networking.k8s.io/gateway-name": "agyn" } },
    inMesh: true,
    solvers: "ingress",
    passesThrough: true,
  },
  {
    title: "Traefik in the mesh",
    provider: "traefik",
    pod: traefikPod,
    inMesh: true,
    solvers: "platform",
    passesThrough: true,
  },
  {
    title: "Traefik for the Gateway API, in plaintext",
    provider: "gatewayApi",
    changes: { className: "traefik", controller: { kind: "traefik", entry: "plaintext", namespace: "traefik" } },
    pod: traefikPod,
    inMesh: false,
    solvers: "ingress",
    passesThrough: true,
  },
  {
    title: "another controller",
    provider: "generic",
    changes: { controller },
    pod: { namespace: "haproxy", labels: {} },
    inMesh: false,
    solvers: "platform",
    passesThrough: false,
  },
];

const stranger = { namespace: "elsewhere", labels: { istio: "ingressgateway", "app.kubernetes.io/name": "traefik" } };
const istiod = { namespace: "istio-system", labels: { app: "istiod" } };
const router = { namespace: "ziti", labels: { "app.kubernetes.io/name": "ziti-router" } };

for (const { title, provider, changes, pod, inMesh, solvers, passesThrough } of entries) {
  const model = buildModel({ ...optionsFor(provider, changes), networkPolicies: networkPoliciesWith() });
  const policies = renderNetworkPolicies(model);
  const backends = model.exposures
    .flatMap(({ routes }) => routes)
    .map(({ backend, port }) => ({ namespace: "platform", labels: findService(backend).selector, port }));
  const lets = (to: { namespace: string; labels: Record<string, string> }, port: number, from: typeof pod = pod) =>
    admits(policies, "Ingress", to, from, port);

  describe(`network policies with ${title}`, () => {
    it("let it in at every routed backend, on that port, and nobody from elsewhere", () => {
      assert.notEqual(backends.length, 0);
      for (const { port, ...backend } of backends) {
        assert.equal(lets(backend, port), true, JSON.stringify(backend));
        assert.equal(lets(backend, port + 1), false);
        assert.equal(lets(backend, port, stranger), false);
      }
      const agents = { namespace: "platform", labels: findService("agents").selector };
      assert.equal(lets(agents, 50051), false);
    });

    it(`${inMesh ? "let" : "do not let"} it fetch a certificate of the mesh`, () =>
      assert.equal(lets(istiod, 15012), inMesh));

    it(`${passesThrough ? "let" : "do not let"} it pass the overlay's clients through`, () =>
      assert.equal(lets(router, 3022), passesThrough));

    it("let it reach the answer to an HTTP-01 challenge", () => {
      const labels = { "acme.cert-manager.io/http01-solver": "true" };
      assert.equal(lets({ namespace: solvers, labels }, 8089), true);
    });

    it("let the public in where the program makes the entry's pods, and have no policy for others' namespaces", () => {
      const own = pod.namespace === "ingress";
      assert.equal(admits(policies, "Ingress", pod, { address: "203.0.113.9" }, 443), true);
      assert.equal(
        policies.some(({ metadata }) => metadata.namespace === pod.namespace),
        own,
      );
    });
  });
}
