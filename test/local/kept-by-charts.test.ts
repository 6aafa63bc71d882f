import assert from "node:assert/strict";
import { isKeptByCharts } from "../../local/stack/kept-by-charts";

describe("what outlives a destroy on a real cluster", () => {
  it("is what charts keep, and never an object of the stack", () => {
    const kept = [
      "CustomResourceDefinition gateways.networking.istio.io",
      "APIService v1.cert-manager.io",
      "ConfigMap kube-system istio-ca-root-cert",
      "ConfigMap default istio-ca-crl",
    ];
    const ours = [
      "Namespace ziti",
      "ConfigMap default istio-ca",
      "ClusterRole istiod",
      "ConfigMap kube-system coredns",
    ];
    assert.deepEqual([...kept, ...ours].filter(isKeptByCharts), kept);
  });
});
