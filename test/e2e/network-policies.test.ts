import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { managedNamespaces } from "../../access/model/flows";
import type { Manifest } from "../../access/render/manifest";
import { buildModel } from "../../access/model/model";
import { renderAdmissionGuard } from "../../access/render/admission-guard";
import { renderNetworkPolicies } from "../../access/render/network-policies";
import { send } from "../../local/platform/https";
import { networkPoliciesWith, optionsWith } from "../access/options";
import { hasEngines, LocalPlatform } from "./support/local-platform";

type Spec = Readonly<Record<string, unknown>>;

/** An object that is sent to the API server without being kept. */
interface Sample {
  readonly apiVersion: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly spec: Spec;
}

// Everything is managed, so that every namespace has its policies; the program itself runs in other tests.
const model = buildModel(optionsWith({ networkPolicies: networkPoliciesWith({ monitoring: "monitoring" }) }));
const { platform, workloads, ingress } = model.options.namespaces;
const ports = [{ name: "http", port: 80 }];

function service(spec: Spec, name = "sample", namespace: string = platform): Sample {
  const selector = { app: "sample" };
  return { apiVersion: "v1", plural: "services", kind: "Service", namespace, name, spec: { selector, ports, ...spec } };
}

function pod(spec: Spec, container: Spec = {}): Sample {
  const own = { serviceAccountName: "sample", automountServiceAccountToken: false };
  const containers = [{ name: "one", image: "sample", ...container }];
  const sample = { apiVersion: "v1", plural: "pods", kind: "Pod", namespace: workloads, name: "sample" };
  return { ...sample, spec: { ...own, containers, ...spec } };
}

function gateway(name: string, namespace: string): Sample {
  const servers = [
    { port: { number: 443, name: "tls", protocol: "TLS" }, hosts: ["x.acme.io"], tls: { mode: "PASSTHROUGH" } },
  ];
  const apiVersion = "networking.istio.io/v1";
  return { apiVersion, plural: "gateways", kind: "Gateway", namespace, name, spec: { selector: { a: "b" }, servers } };
}

const publicIngress: Sample = {
  apiVersion: "networking.k8s.io/v1",
  plural: "ingresses",
  kind: "Ingress",
  namespace: platform,
  name: "sample",
  spec: { defaultBackend: { service: { name: "sample", port: { number: 80 } } } },
};

const initWith = (container: Spec) => pod({ initContainers: [{ name: "init", image: "sample", ...container }] });
const onHostPort = { ports: [{ containerPort: 80, hostPort: 80 }] };
const privileged = { securityContext: { privileged: true } };
const publicGateway = "istio-ingressgateway";
const withHealth = { type: "LoadBalancer", ports: [...ports, { name: "status", port: 15021 }] };

const refused: readonly [string, Sample, RegExp][] = [
  ["a NodePort", service({ type: "NodePort" }), /are of type ClusterIP/],
  ["a load balancer in the platform", service({ type: "LoadBalancer" }), /are of type ClusterIP/],
  ["an external name", service({ type: "ExternalName", externalName: "acme.io" }), /are of type ClusterIP/],
  ["external addresses", service({ externalIPs: ["198.51.100.7"] }), /no externalIPs/],
  ["the gateway's name elsewhere", service({ type: "LoadBalancer" }, publicGateway), /are of type ClusterIP/],
  ["another load balancer beside the gateway", service({ type: "LoadBalancer" }, "second", ingress), /type ClusterIP/],
  ["a further port of the gateway", service(withHealth, publicGateway, ingress), /the ports 80 and 443 alone/],
  ["a pod in its node's network", pod({ hostNetwork: true }), /do not share their node's network/],
  ["a pod that sees its node's processes", pod({ hostPID: true }), /do not share their node's network/],
  ["a pod in its node's IPC", pod({ hostIPC: true }), /do not share their node's network/],
  ["a port of the node", pod({}, onHostPort), /take no port of their node/],
  ["a port of the node in an init container", initWith(onHostPort), /take no port of their node/],
  ["a privileged container", pod({}, privileged), /Containers here are not privileged/],
  ["a privileged init container", initWith(privileged), /Containers here are not privileged/],
  ["a Gateway in the platform", gateway("sample", platform), /The public Gateways are/],
  ["a further Gateway beside the public ones", gateway("sample", ingress), /The public Gateways are/],
  ["an Ingress", publicIngress, /The public Gateways are/],
];

const capable = { securityContext: { capabilities: { add: ["NET_ADMIN"] } } };
const admitted: readonly [string, Sample][] = [
  ["a Service of type ClusterIP", service({ type: "ClusterIP" })],
  ["a Service without a type", service({})],
  ["the ingress gateway's load balancer", service({ type: "LoadBalancer" }, publicGateway, ingress)],
  ["an agent whose sidecar may change its own network", initWith(capable)],
  ["a container that says it is not privileged", pod({}, { securityContext: { privileged: false } })],
  ["a privileged pod in a namespace that is not managed", { ...pod({}, privileged), namespace: "monitoring" }],
  ["a load balancer in a namespace that is not managed", service({ type: "LoadBalancer" }, "sample", "default")],
  ["the public Gateway", gateway("agyn", ingress)],
];

describe("network policies on a real API server", function () {
  const local = new LocalPlatform();

  const call = async (method: "GET" | "PATCH", path: string, body?: object) => {
    const { url, authority, token } = (await local.load()).api;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/apply-patch+yaml" };
    return send({ url: `${url}${path}`, authority, method, headers, body: body && JSON.stringify(body) });
  };
  const tryOut = async ({ apiVersion, kind, plural, namespace, name, spec }: Sample, query = "&dryRun=All") => {
    const root = apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`;
    const path = `${root}/namespaces/${namespace}/${plural}/${name}?fieldManager=test&force=true${query}`;
    const { status, body } = await call("PATCH", path, { apiVersion, kind, metadata: { name }, spec });
    return { status, message: (JSON.parse(body) as { message?: string }).message ?? "" };
  };
  const keep = async ({ apiVersion, kind, metadata, ...rest }: Omit<Manifest, "spec">) => {
    const root = apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`;
    const place = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
    const plural = kind.toLowerCase().replace(/y$/, "ie") + "s";
    const path = `${root}${place}/${plural}/${metadata.name}?fieldManager=test&force=true&fieldValidation=Strict`;
    const { status, body } = await call("PATCH", path, { apiVersion, kind, metadata, ...rest });
    return status < 300 ? [] : [`${kind} ${metadata.name}: ${body}`];
  };

  before("needs Pulumi, etcd and kube-apiserver", async function () {
    if (!(await hasEngines())) this.skip();
    await local.succeed("preview", "--simulated");
    const namespaces = [...managedNamespaces(model), "monitoring"];
    const named = (kind: string, name: string, namespace?: string) => ({
      apiVersion: "v1",
      kind,
      metadata: { name, namespace },
    });
    for (const name of namespaces) assert.deepEqual(await keep(named("Namespace", name)), []);
    for (const namespace of [workloads, "monitoring"])
      assert.deepEqual(await keep(named("ServiceAccount", "sample", namespace)), []);
    for (const guard of renderAdmissionGuard(model)) assert.deepEqual(await keep(guard), []);
    // The API server takes a moment until a new admission policy is in force.
    for (let attempt = 0; attempt < 100; attempt++) {
      const answers = await Promise.all(refused.map(([, sample]) => tryOut(sample)));
      if (answers.every(({ status }) => status === 422)) return;
      await sleep(200);
    }
  });
  after(() => local.remove());

  for (const [title, sample, message] of refused) {
    it(`refuse ${title}`, async () => {
      const answer = await tryOut(sample);
      assert.equal(answer.status, 422, answer.message);
      assert.match(answer.message, message);
    });
  }

  for (const [title, sample] of admitted) {
    it(`admit ${title}`, async () => {
      const { status, message } = await tryOut(sample);
      assert.ok(status < 300, message);
    });
  }

  it("are accepted, every object", async () => {
    const policies = renderNetworkPolicies(model);
    const answers = await Promise.all(policies.map(keep));
    assert.deepEqual(answers.flat(), []);
    assert.ok(policies.length > 100);
  });
});
