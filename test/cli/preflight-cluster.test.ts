import assert from "node:assert/strict";
import { loadModel } from "../../config/model";
import { examineMesh } from "../../cli/preflight/examine";
import type { Facts } from "../../cli/preflight/facts";
import type { Check } from "../../cli/preflight/finding";
import { isAtLeast, tryFindVersion } from "../../cli/preflight/version";
import {
  assertCase,
  type Case,
  healthyFacts,
  istiod,
  named,
  settingsWith,
  unmanaged,
  withNamespace,
} from "./preflight-facts";

const noKinds: Facts["served"] = new Map([
  ["security.istio.io/v1", { value: ["authorizationpolicies", "peerauthentications"] }],
  ["networking.istio.io/v1", { value: ["gateways"] }],
  ["cert-manager.io/v1", { value: ["certificates", "clusterissuers"] }],
]);
const refusedKinds: Facts["served"] = new Map([
  ...noKinds,
  ["networking.istio.io/v1", { lacks: { verb: "get", resource: "/apis/networking.istio.io/v1" } }],
]);
const platform = "agyn-platform";
const byRevision = { "istio.io/rev": "1-30-8" };
const tag = named("tag", { labels: { "istio.io/rev": "1-30-8", "istio.io/tag": "stable" } });

function plane(image: string, labels?: Record<string, string>) {
  return () => ({ controlPlanes: { value: [istiod(image, labels)] } });
}

function meshConfig(mesh: string, name = "istio") {
  return () => ({ meshConfigs: { value: [{ ...named(name), data: { mesh } }] } });
}

const server = { subject: /^https:\/\/cluster\.test$/ };
const control = { subject: /^istiod / };

// prettier-ignore
const cases: Readonly<Partial<Record<Check, readonly Case[]>>> = {
  server: [
    { ...server, title: "is new enough", change: () => ({ version: { value: "v1.30.0-eks-1" } }), verdict: "pass", cause: /v1\.30\.0-eks-1.*1\.30/, fix: /^$/ },
    { ...server, title: "is too old", change: () => ({ version: { value: "v1.29.15" } }), verdict: "fail", cause: /v1\.29\.15.*1\.30/, fix: /Upgrade the cluster/ },
    { ...server, title: "has a strange version", change: () => ({ version: { value: "dev" } }), verdict: "unknown", cause: /dev/, fix: /1\.30/ },
    { ...server, title: "hides its version", change: () => ({ version: { lacks: { verb: "get", resource: "/version" } } }), verdict: "unknown", cause: /may not get \/version/, fix: /RBAC verb: get \/version/ },
    { ...server, title: "does not answer", change: () => ({ version: { reason: "did not answer in time" } }), verdict: "fail", cause: /in time/, fix: /context/ },
  ],
  kinds: [
    { title: "are there", change: () => ({}), verdict: "pass", subject: /^virtualservices/, cause: /served/, fix: /^$/ },
    { title: "are missing from the operator's Istio", change: () => ({ served: noKinds }), verdict: "fail", subject: /^virtualservices \(networking\.istio\.io\/v1\)$/, cause: /mesh\.manage is false/, fix: /Install Istio/ },
    { title: "are missing before the first run", settings: {}, change: () => ({ served: noKinds }), verdict: "warn", subject: /^virtualservices/, cause: /not served yet/, fix: /installs Istio/ },
    { title: "may not be read", change: () => ({ served: refusedKinds }), verdict: "unknown", subject: /^networking/, cause: /may not get/, fix: /RBAC verb/ },
  ],
  istiod: [
    { ...control, title: "is of the oldest version that will do", change: plane("r:5000/pilot:1.30.4"), verdict: "pass", cause: /1\.30\.4/, fix: /^$/ },
    { ...control, title: "is of a newer minor release, before its own corrections", change: plane("istio/pilot:1.31.0"), verdict: "fail", cause: /version 1\.31\.0, at least 1\.31\.1/, fix: /Upgrade/ },
    { ...control, title: "is of a newer minor release, with them", change: plane("istio/pilot:1.31.1"), verdict: "pass", cause: /1\.31\.1/, fix: /^$/ },
    { ...control, title: "is too old", change: plane("istio/pilot:1.30.3"), verdict: "fail", cause: /version 1\.30\.3, at least 1\.30\.4/, fix: /1\.31\.4/ },
    { ...control, title: "is known by a label", change: plane("istio/pilot@sha256:1.31", { "app.kubernetes.io/version": "1.29.1" }), verdict: "fail", cause: /version 1\.29\.1/, fix: /Upgrade/ },
    { ...control, title: "has no version", change: plane("istio/pilot:latest"), verdict: "unknown", cause: /neither/, fix: /istioctl version/ },
    { ...control, title: "is missing", change: () => ({ controlPlanes: { value: [] } }), verdict: "fail", cause: /app=istiod/, fix: /1\.30\.4/ },
    { ...control, title: "is missing before the first run", settings: {}, change: () => ({ controlPlanes: { value: [] } }), verdict: "warn", cause: /not installed yet/, fix: /pulumi up/ },
    { ...control, title: "may not be seen", change: () => ({ controlPlanes: { lacks: { verb: "list", resource: "deployments.apps", namespace: "istio-system" } } }), verdict: "unknown", cause: /may not list deployments\.apps in namespace istio-system/, fix: /RBAC verb/ },
    { title: "has another trust domain", change: meshConfig("trustDomain: acme.io"), verdict: "fail", subject: /^mesh configuration/, cause: /trust domain acme\.io.*cluster\.local/, fix: /mesh\.trustDomain' acme\.io/ },
    { title: "has another root namespace", change: meshConfig("rootNamespace: istio-config"), verdict: "fail", subject: /^mesh configuration/, cause: /root namespace istio-config/, fix: /namespaces\.mesh/ },
    { title: "has no mesh configuration", change: meshConfig("", "other"), verdict: "unknown", subject: /^mesh configuration/, cause: /no ConfigMap istio-system\/istio /, fix: /trust domain is cluster\.local/ },
    { title: "keeps its mesh configuration from sight", change: () => ({ meshConfigs: { reason: "HTTP 500" } }), verdict: "unknown", subject: /^mesh configuration/, cause: /HTTP 500/, fix: /again/ },
  ],
  namespaces: [
    { title: "keep the gateway of the operator's own making out, which is none of ours", change: (settings) => withNamespace(settings, "istio-gateway", { "istio-injection": "disabled" }), verdict: "pass", subject: /^namespace istio-gateway$/, cause: /exists/, fix: /^$/ },
    { title: "keep the installed gateway from its proxy", settings: {}, change: (settings) => withNamespace(settings, "istio-gateway", { "istio-injection": "disabled" }), verdict: "fail", subject: /^namespace istio-gateway$/, cause: /wins over the label of its pods/, fix: /kubectl label namespace istio-gateway istio-injection-/ },
    { title: "keep the installed gateway from its proxy, by an earlier version's label", settings: {}, change: (settings) => withNamespace(settings, "istio-gateway", { "istio-injection": "disabled", "app.kubernetes.io/managed-by": "agyn-networking" }), verdict: "warn", subject: /^namespace istio-gateway$/, cause: /wins over/, fix: /`pulumi up` takes it off/ },
    { title: "keep the operator's controller from its sidecar", settings: { ...unmanaged, "ingress.provider": "ingress", "ingress.controller.entry": "mesh" }, change: (settings) => withNamespace(settings, "traefik", { "istio-injection": "disabled" }), verdict: "fail", subject: /^namespace traefik$/, cause: /wins over/, fix: /istio-injection-/ },
    { title: "have a label for sidecars", change: () => ({}), verdict: "pass", subject: /agyn-platform/, cause: /istio-injection=enabled/, fix: /^$/ },
    { title: "have the label of a tag", change: (s) => ({ ...withNamespace(s, platform, { "istio.io/rev": "stable" }), injectors: { value: [tag] } }), verdict: "pass", subject: /agyn-platform/, cause: /istio\.io\/rev=stable/, fix: /^$/ },
    { title: "have the label of a revision nobody injects for", change: (s) => withNamespace(s, platform, byRevision), verdict: "fail", subject: /agyn-platform/, cause: /1-30-8.*there are default/, fix: /istioctl tag set/ },
    { title: "ask for the default revision where there is none", change: () => ({ injectors: { value: [tag] } }), verdict: "fail", subject: /agyn-platform/, cause: /default.*there are stable/, fix: /Install that revision/ },
    { title: "may have a revision nobody can see", change: () => ({ injectors: { lacks: { verb: "list", resource: "webhooks" } } }), verdict: "unknown", subject: /agyn-platform/, cause: /may not list webhooks in the whole cluster/, fix: /RBAC/ },
    { title: "do not exist", change: (s) => withNamespace(s, platform, undefined), verdict: "fail", subject: /agyn-platform/, cause: /does not exist/, fix: /kubectl create namespace agyn-platform/ },
    { title: "do not exist before the first run", settings: {}, change: (s) => withNamespace(s, "agyn-workloads", undefined), verdict: "warn", subject: /agyn-workloads/, cause: /not exist yet/, fix: /creates it/ },
    { title: "have no label yet", change: (s) => withNamespace(s, platform, {}), verdict: "warn", subject: /agyn-platform/, cause: /neither/, fix: /restart/ },
    { title: "lost the program's label", change: (s) => withNamespace(s, platform, { "app.kubernetes.io/managed-by": "agyn-networking" }), verdict: "fail", subject: /agyn-platform/, cause: /once/, fix: /--refresh/ },
    { title: "keep sidecars out", change: (s) => withNamespace(s, platform, { ...byRevision, "istio-injection": "disabled" }), verdict: "fail", subject: /agyn-platform/, cause: /disabled/, fix: /--overwrite/ },
    { title: "of agents get sidecars", change: (s) => withNamespace(s, "agyn-workloads", byRevision), verdict: "fail", subject: /agyn-workloads/, cause: /istio\.io\/rev=1-30-8/, fix: /namespace agyn-workloads istio\.io\/rev-$/ },
    { title: "may not be read", change: (s) => ({ namespaces: new Map([...healthyFacts(s).namespaces, ["ziti", { lacks: { verb: "get", resource: "namespaces/ziti" } }]]) }), verdict: "unknown", subject: /ziti/, cause: /may not get namespaces\/ziti/, fix: /RBAC/ },
  ],
};

const nouns: Readonly<Partial<Record<Check, string>>> = {
  server: "the API server",
  kinds: "kinds",
  istiod: "the control plane",
  namespaces: "namespaces",
};

describe("preflight of a cluster", () => {
  it("finds nothing wrong where everything is as it should be", () => {
    for (const values of [{}, unmanaged]) {
      const settings = settingsWith(values);
      const findings = examineMesh(healthyFacts(settings), loadModel(settings), settings);
      const others = findings.filter(({ verdict }) => verdict !== "pass");
      assert.deepEqual(others, []);
      assert.equal(new Set(findings.map(({ check }) => check)).size, 8);
    }
  });

  it("says one thing about a server that does not answer", () => {
    const settings = settingsWith({});
    const facts: Facts = { ...healthyFacts(settings), version: { reason: "refused" }, pods: { reason: "refused" } };
    assert.equal(examineMesh(facts, loadModel(settings), settings).length, 1);
  });

  for (const [check, list] of Object.entries(cases)) {
    for (const one of list) {
      it(`says ${one.verdict} when ${nouns[check as Check]} ${one.title}`, () => assertCase(check as Check, one));
    }
  }

  for (const [version, oldest, holds] of [
    ["1.30", "1.30.4", false],
    ["1.30.10", "1.30.4", true],
    ["2.0", "1.30.4", true],
    ["1.9.9", "1.30", false],
  ] as const) {
    it(`counts ${version} as ${holds ? "at least" : "older than"} ${oldest}`, () =>
      assert.equal(isAtLeast(version, oldest), holds));
  }

  for (const [text, found] of [
    ["v1.34.1+k3s1", "1.34.1"],
    ["1.30-alpha", "1.30"],
    ["latest", undefined],
  ] as const) {
    it(`reads ${found ?? "no version"} in ${text}`, () => assert.equal(tryFindVersion(text), found));
  }
});
