import assert from "node:assert/strict";
import { examineGround } from "../../cli/preflight/checks/ground";
import type { GroundFinding, Verdict } from "../../cli/preflight/finding";
import { pullSecretPlaces, type GroundFacts } from "../../cli/preflight/ground-facts";
import type { Balanced, ClusterNode, StorageClass } from "../../kubernetes/ground";
import type { ByPath } from "../config/parsing";
import { settingsWith } from "./preflight-facts";

const storageClass = (name: string, isDefault = false): StorageClass => ({
  metadata: { name, annotations: { "storageclass.kubernetes.io/is-default-class": String(isDefault) } },
});
const service = (name: string, ...ingress: object[]): Balanced => ({
  metadata: { name, namespace: "shop" },
  spec: { type: "LoadBalancer" },
  status: { loadBalancer: { ingress } },
});
const node = (providerID?: string, labels: Record<string, string> = {}): ClusterNode => ({
  metadata: { name: "node-1", labels },
  spec: { providerID },
});

const healthy: GroundFacts = {
  storageClasses: { value: [storageClass("standard", true), storageClass("fast")] },
  services: { value: [service("web", { ip: "203.0.113.7" })] },
  nodes: { value: [node("aws:///eu/i-1")] },
  pullSecrets: new Map(),
  abandoned: { value: [] },
};

const registry = { "images.pullSecrets": ["registry-acme"] };
const cases: [title: string, settings: ByPath, facts: Partial<GroundFacts>, verdict: Verdict, ...says: RegExp[]][] = [
  [
    "no default class",
    {},
    { storageClasses: { value: [storageClass("fast")] } },
    "warn",
    /no class is the default/,
    /storage\.className' fast$/,
  ],
  ["no class at all", {}, { storageClasses: { value: [] } }, "warn", /there is none/, /Install a provisioner/],
  [
    "a class that is not there",
    { "storage.className": "ssd" },
    {},
    "warn",
    /does not exist .there are fast, standard/,
    /storage\.className' fast$/,
  ],
  [
    "Services that wait for an address",
    {},
    { services: { value: [service("web")] } },
    "warn",
    /none of 1 has an address, shop\/web/,
    /ingress\.service\.type' NodePort/,
  ],
  [
    "kind",
    {},
    { services: { value: [] }, nodes: { value: [node("kind://docker/kind/a")] } },
    "warn",
    /this is kind/,
    /cloud-provider-kind.*NodePort/,
  ],
  [
    "minikube",
    {},
    { services: { value: [] }, nodes: { value: [node("", { "minikube.k8s.io/name": "minikube" })] } },
    "warn",
    /this is minikube/,
    /minikube tunnel/,
  ],
  [
    "bare metal",
    {},
    { services: { value: [] }, nodes: { value: [node()] } },
    "unknown",
    /bare metal/,
    /MetalLB.*NodePort/,
  ],
  [
    "a right that is missing",
    {},
    { nodes: { lacks: { verb: "list", resource: "nodes" } } },
    "unknown",
    /may not list nodes/,
    /Grant it/,
  ],
  [
    "a Secret that is missing",
    registry,
    { pullSecrets: new Map([["ziti/registry-acme", { value: undefined }]]) },
    "fail",
    /does not exist/,
    /create secret docker-registry registry-acme.*kubernetes\.adopt' true$/,
  ],
  [
    "a Secret of another kind",
    registry,
    {
      pullSecrets: new Map([
        ["ziti/registry-acme", { value: { metadata: { name: "registry-acme" }, type: "Opaque" } }],
      ]),
    },
    "fail",
    /of type Opaque/,
    /dockerconfigjson/,
  ],
  [
    "a control plane that is not kept while pods have its sidecar",
    { "mesh.revision": "1-31-4" },
    { abandoned: { value: [{ revision: "default", version: "1.30.8", pods: ["agyn-platform/gateway-1"] }] } },
    "fail",
    /revision default would be removed.*\(1-31-4\).*1 pod has its sidecar: agyn-platform\/gateway-1/,
    /mesh\.retained\[0\]\.revision' default && .*mesh\.retained\[0\]\.version' 1\.30\.8$/,
  ],
  [
    "pods that may not be listed where a control plane is not kept",
    {},
    { abandoned: { lacks: { verb: "list", resource: "pods" } } },
    "unknown",
    /revisions of Istio/,
    /list pods in the whole cluster/,
  ],
];

const text = ({ subject, cause, fix }: GroundFinding) => `${subject} ${cause} ${fix}`;

// Every Secret that the settings ask for, of the right type.
function withSecrets(settings: ByPath, facts: Partial<GroundFacts>): GroundFacts {
  const places = pullSecretPlaces(settingsWith(settings)).map(({ namespace, name }) => {
    return [`${namespace}/${name}`, { value: { metadata: { name }, type: "kubernetes.io/dockerconfigjson" } }] as const;
  });
  return { ...healthy, ...facts, pullSecrets: new Map([...places, ...(facts.pullSecrets ?? [])]) };
}

describe("what a cluster has beside its API", () => {
  it("passes where all is there", () => {
    const findings = examineGround(withSecrets(registry, {}), settingsWith(registry));
    assert.deepEqual([...new Set(findings.map(({ verdict }) => verdict))], ["pass"]);
    const subjects = findings.map(({ subject }) => subject);
    for (const namespace of ["istio-system", "istio-gateway", "cert-manager", "ziti", "agyn-platform"]) {
      assert.ok(subjects.includes(`Secret ${namespace}/registry-acme`), subjects.join());
    }
    assert.ok(subjects.includes("default StorageClass") && subjects.includes("Services of type LoadBalancer"));
  });

  for (const [title, settings, facts, verdict, ...says] of cases) {
    it(`is named with what helps: ${title}`, () => {
      const findings = examineGround(withSecrets(settings, facts), settingsWith(settings));
      const [only, ...more] = findings.filter((finding) => finding.verdict !== "pass");
      assert.ok(only !== undefined && more.length === 0, JSON.stringify(findings, undefined, 1));
      assert.equal(only.verdict, verdict);
      for (const said of says) assert.match(text(only), said);
    });
  }

  it("is not asked for where nothing needs it", () => {
    const settings = settingsWith({ "ingress.service.type": "ClusterIP", "controller.manage": true });
    const subjects = examineGround(healthy, settings).map(({ subject }) => subject);
    assert.deepEqual(subjects, ["default StorageClass"]);
  });

  it("has volumes to look for where the stack's own database wants one, whoever runs the controller", () => {
    const database = { "zitiManagement.database": "postgres://zm:x@postgres/zm" };
    const subjectsWith = (values: ByPath) =>
      examineGround(healthy, { ...settingsWith(values), controller: { ...settingsWith({}).controller, manage: false } })
        .map(({ subject }) => subject)
        .filter((subject) => subject === "default StorageClass");
    assert.deepEqual(subjectsWith({}), ["default StorageClass"]);
    assert.deepEqual(subjectsWith(database), []);
  });

  it("is there by the makers of the nodes where no Service asks yet", () => {
    for (const providerID of ["gce://project/zone/a", "k3s://node-1"]) {
      const facts = { ...healthy, services: { value: [] }, nodes: { value: [node(providerID)] } };
      const findings = examineGround(facts, settingsWith({}));
      assert.deepEqual([...new Set(findings.map(({ verdict }) => verdict))], ["pass"], providerID);
    }
  });
});
