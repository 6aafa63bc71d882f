import assert from "node:assert/strict";
import type { Check } from "../../cli/preflight/finding";
import type { Metadata } from "../../kubernetes/reading";
import type { Pod, ServicePort } from "../../cli/preflight/facts";
import { treatmentOf } from "../../cli/preflight/protocol";
import type { Settings } from "../../config/settings";
import {
  assertCase,
  type Case,
  examineCase,
  healthyFacts,
  labeledAt,
  podOf,
  serviceWith,
  unmanaged,
  withNamespace,
} from "./preflight-facts";

const bare = (metadata: Partial<Metadata> = {}, changes: Partial<Pod["spec"]> = {}) =>
  podOf("agents", { containers: [{ name: "agents" }], ...changes }, metadata);
const before = { creationTimestamp: "2030-01-01T00:00:00Z" };
const ofJob = { ownerReferences: [{ kind: "Job", name: "migrate" }] };
const optOut = { "sidecar.istio.io/inject": "false" };
const appName = { "app.kubernetes.io/name": "agents" };

const pods = (...value: Pod[]) => ({ pods: { value } });
const lacks = (resource: string) => ({ lacks: { verb: "list", resource, namespace: "agyn-platform" } }) as const;

function ports(name: string, ...replaced: ServicePort[]) {
  return (settings: Settings) => {
    const { services } = healthyFacts(settings);
    const others = ("value" in services ? services.value : []).filter(({ metadata }) => metadata.name !== name);
    return { services: { value: replaced.length === 0 ? others : [...others, serviceWith(name, replaced)] } };
  };
}

function withoutAccount(namespace: string, ...absent: string[]) {
  return (settings: Settings) => {
    const { accounts } = healthyFacts(settings);
    const reading = accounts.get(namespace);
    const all = reading && "value" in reading ? reading.value : [];
    const value = all.filter(({ metadata }) => !absent.includes(metadata.name));
    return { accounts: new Map([...accounts, [namespace, { value }]]) };
  };
}

const pod = { subject: /^pod agents-0$/ };
const grpc = { subject: /^agents:50051$/ };
const nats = { subject: /^nats:4222$/ };
const own = { subject: /^pods of agents$/ };
const extra = {
  ...unmanaged,
  "mesh.extraCallers": [
    { service: "runners", methods: ["CreateWorkload"], namespace: "ours", serviceAccount: "mine", because: "test" },
  ],
};

// prettier-ignore
const cases: Readonly<Partial<Record<Check, readonly Case[]>>> = {
  sidecars: [
    { title: "all pods have one", change: () => ({}), verdict: "pass", subject: /agyn-platform/, cause: /^(\d+) of \1 have/, fix: /^$/ },
    { title: "a native one counts", change: () => pods(bare({}, { initContainers: [{ name: "istio-proxy" }] })), verdict: "pass", subject: /agyn-platform/, cause: /^1 of 1/, fix: /^$/ },
    { ...pod, title: "a pod is older than the label", change: () => pods(bare(before)), verdict: "fail", cause: new RegExp(`2030-01-01.*older than.*${labeledAt}`), fix: /delete pod agents-0/ },
    { ...pod, title: "a pod was missed by the webhook", change: () => pods(bare()), verdict: "fail", cause: /webhook did not answer/, fix: /delete pod/ },
    { ...pod, title: "nobody knows when the label came", change: (s) => ({ ...pods(bare()), ...withNamespace(s, "agyn-platform", { "istio-injection": "enabled" }) }), verdict: "fail", cause: /older.*or istiod/, fix: /delete pod/ },
    { ...pod, title: "a label opts out", change: () => pods(bare({ labels: { ...appName, ...optOut } })), verdict: "fail", cause: /its label sidecar/, fix: /Remove the label/ },
    { ...pod, title: "an annotation opts out", change: () => pods(bare({ annotations: optOut })), verdict: "fail", cause: /its annotation sidecar/, fix: /Remove the annotation/ },
    { ...pod, title: "a label overrules the annotation", change: () => pods(bare({ annotations: optOut, labels: { ...appName, "sidecar.istio.io/inject": "true" } })), verdict: "fail", cause: /webhook/, fix: /delete pod/ },
    { ...pod, title: "a pod uses the host's network", change: () => pods(bare({}, { hostNetwork: true })), verdict: "fail", cause: /network of its host/, fix: /hostNetwork: false/ },
    { ...pod, title: "a Job cannot have one", change: () => ({ ...pods(bare(ofJob)), version: { value: "v1.32.1" } }), verdict: "warn", cause: /Job.*1\.33.*1\.32\.1/, fix: /ENABLE_NATIVE_SIDECARS/ },
    { ...pod, title: "a Job could have one", change: () => pods(bare(ofJob)), verdict: "fail", cause: /webhook/, fix: /delete pod/ },
    { ...pod, title: "the namespace has no label", change: (s) => ({ ...pods(bare()), ...withNamespace(s, "agyn-platform", {}) }), verdict: "fail", cause: /no label/, fix: /kubectl label namespace agyn-platform/ },
    { ...pod, title: "the program will label the namespace", settings: {}, change: (s) => ({ ...pods(bare()), ...withNamespace(s, "agyn-platform", {}) }), verdict: "warn", cause: /no label/, fix: /After `pulumi up`/ },
    { title: "no pod runs", change: () => pods(), verdict: "unknown", subject: /agyn-platform/, cause: /none is running/, fix: /installed/ },
    { title: "pods may not be listed", change: () => ({ pods: lacks("pods") }), verdict: "unknown", subject: /agyn-platform/, cause: /may not list pods in namespace agyn-platform/, fix: /list pods/ },
  ],
  ports: [
    { ...grpc, title: "are named for gRPC", change: ports("agents", { name: "grpc-api", port: 50051 }), verdict: "pass", cause: /grpc-api/, fix: /^$/ },
    { ...grpc, title: "are named for HTTP/1.1", change: ports("agents", { name: "metrics", port: 9 }, { name: "http", port: 80, targetPort: 50051 }), verdict: "fail", cause: /port 80 has name http/, fix: /patch service agents .*\/spec\/ports\/1\/appProtocol","value":"grpc"/ },
    { ...grpc, title: "are declared TCP", change: ports("agents", { name: "grpc", port: 50051, appProtocol: "tcp" }), verdict: "fail", cause: /appProtocol tcp.*dropped/, fix: /appProtocol: grpc/ },
    { ...grpc, title: "are declared nothing", change: ports("agents", { name: "api-grpc", port: 50051 }), verdict: "warn", cause: /guessed/, fix: /appProtocol: grpc/ },
    { ...grpc, title: "lead elsewhere", change: ports("agents", { name: "grpc", port: 50051, targetPort: 9000 }), verdict: "fail", cause: /pod port 50051.*found 50051 to 9000/, fix: /targetPort 50051/ },
    { ...grpc, title: "lead by name", change: ports("agents", { name: "grpc", port: 50051, targetPort: "rpc" }), verdict: "pass", cause: /grpc/, fix: /^$/ },
    { ...grpc, title: "have no Service", change: ports("agents"), verdict: "unknown", cause: /no Service agents/, fix: /not installed/ },
    { title: "of HTTP are declared TCP", change: ports("gateway", { name: "tcp", port: 8080 }), verdict: "fail", subject: /^gateway:8080$/, cause: /cannot read/, fix: /appProtocol: http/ },
    { ...nats, title: "of a server that speaks first are declared nothing", change: ports("nats", { name: "client", port: 4222 }), verdict: "warn", cause: /speaks first/, fix: /appProtocol: tcp/ },
    { title: "of a store are declared HTTP", change: ports("postgres", { name: "http", port: 5432 }), verdict: "fail", subject: /^postgres:5432$/, cause: /broken HTTP/, fix: /appProtocol: tcp/ },
    { title: "may not be read", change: () => ({ services: lacks("services") }), verdict: "unknown", subject: /Services/, cause: /may not list services/, fix: /RBAC/ },
  ],
  accounts: [
    { title: "exist", change: () => ({}), verdict: "pass", subject: /\/agents-orchestrator$/, cause: /exists/, fix: /^$/ },
    { title: "are missing", change: withoutAccount("agyn-platform", "agents-orchestrator"), verdict: "unknown", subject: /^ServiceAccount agyn-platform\/agents-orchestrator$/, cause: /not installed/, fix: /mesh\.serviceAccounts/ },
    { title: "of the operator's callers are missing", settings: extra, change: withoutAccount("ours", "mine"), verdict: "warn", subject: /ours\/mine/, cause: /extraCallers/, fix: /inherits/ },
    { title: "of the operator's gateway are missing", change: withoutAccount("istio-gateway", "istio-ingressgateway"), verdict: "fail", subject: /istio-gateway\/istio-ingressgateway/, cause: /ingress gateway/, fix: /mesh\.serviceAccounts/ },
    { title: "may not be listed", change: (s) => ({ accounts: new Map([...healthyFacts(s).accounts, ["istio-gateway", lacks("serviceaccounts")]]) }), verdict: "unknown", subject: /of istio-gateway/, cause: /may not list serviceaccounts/, fix: /RBAC/ },
    { ...own, title: "differ from the model", change: () => pods(podOf("agents", { serviceAccountName: "agyn-agents" })), verdict: "fail", cause: /run as agyn-agents.*agents/, fix: /\{service: agents, serviceAccount: agyn-agents\}/ },
    { ...own, title: "are the shared one", change: () => pods(podOf("agents", { serviceAccountName: undefined })), verdict: "fail", cause: /run as default/, fix: /of its own/ },
    { ...own, title: "are another service's", change: () => pods(podOf("agents", { serviceAccountName: "chat" })), verdict: "fail", cause: /run as chat/, fix: /of its own/ },
    { ...own, title: "follow mesh.serviceAccounts", settings: { ...unmanaged, "mesh.serviceAccounts": [{ service: "agents", serviceAccount: "agyn-agents" }] }, change: () => pods(podOf("agents", { serviceAccountName: "agyn-agents" })), verdict: "pass", cause: /run as agyn-agents/, fix: /^$/ },
    { title: "of pods may not be listed", change: () => ({ pods: lacks("pods") }), verdict: "unknown", subject: /accounts of the pods/, cause: /may not list pods/, fix: /RBAC/ },
  ],
};

const nouns: Readonly<Partial<Record<Check, string>>> = { sidecars: "", ports: "ports ", accounts: "accounts " };

describe("preflight of workloads", () => {
  for (const [check, list] of Object.entries(cases)) {
    for (const one of list) {
      it(`says ${one.verdict} when ${nouns[check as Check]}${one.title}`, () => assertCase(check as Check, one));
    }
  }

  it("lists pods without a sidecar from the oldest to the youngest", () => {
    const [young, old] = [bare(), bare({ ...before, name: "agents-old" })];
    const found = examineCase("sidecars", { change: () => pods(young, podOf("chat"), old) });
    assert.deepEqual(
      found.map(({ subject }) => subject),
      ["pod agents-old", "pod agents-0", "pods of agyn-platform"],
    );
    assert.match(found[2]?.cause ?? "", /^1 of 3/);
  });

  for (const [port, treatment] of [
    [{ appProtocol: "kubernetes.io/h2c" }, "http2"],
    [{ appProtocol: "GRPC", name: "tcp" }, "http2"],
    [{ appProtocol: "acme.io/odd", name: "grpc" }, "sniffed"],
    [{ name: "grpc-web-in" }, "http2"],
    [{ name: "http2-in" }, "http2"],
    [{ name: "https" }, "tls"],
    [{ name: "constructor" }, "sniffed"],
    [{}, "sniffed"],
  ] as const) {
    it(`takes ${JSON.stringify(port)} for ${treatment}`, () =>
      assert.equal(treatmentOf({ port: 1, ...port }), treatment));
  }

  it("finds the accounts of the operator's callers", () => {
    const found = examineCase("accounts", { settings: extra, change: () => ({}) });
    assert.ok(found.some(({ verdict, subject }) => verdict === "pass" && subject === "ServiceAccount ours/mine"));
  });
});
