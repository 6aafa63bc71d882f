import assert from "node:assert/strict";
import { isKeptByCharts } from "../../local/stack/kept-by-charts";

describe("what a destroy leaves in a cluster on purpose", () => {
  const kept = [
    "CustomResourceDefinition certificates.cert-manager.io",
    "CustomResourceDefinition challenges.acme.cert-manager.io",
    "CustomResourceDefinition bundles.trust.cert-manager.io",
    "CustomResourceDefinition authorizationpolicies.security.istio.io",
    "APIService v1.cert-manager.io",
    "APIService v1alpha1.trust.cert-manager.io",
    "APIService v1beta1.networking.istio.io",
    "ConfigMap default istio-ca-root-cert",
    "ConfigMap kube-system istio-ca-crl",
  ];
  for (const object of kept) it(`are ${object}, which others may use`, () => assert.ok(isKeptByCharts(object)));

  const left = [
    "Namespace ziti",
    "ConfigMap ziti ziti-controller-ctrl-plane-cas",
    "ConfigMap istio-system istio",
    "ClusterRole istiod-clusterrole-istio-system",
    "MutatingWebhookConfiguration istio-sidecar-injector",
    "CustomResourceDefinition things.example.com",
    "APIService v1.notcert-manager.io",
  ];
  for (const object of left) it(`are not ${object}`, () => assert.ok(!isKeptByCharts(object)));
});
