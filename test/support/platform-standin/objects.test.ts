import assert from "node:assert/strict";
import { renderNetworkPolicies } from "../../../access/render/network-policies";
import { renderAuthorizationPolicies } from "../../../access/render/authorization-policies";
import { overlayMembers, serviceNames, storeNames } from "../../../access/platform/services";
import { examineAccounts } from "../../../cli/preflight/checks/accounts";
import { examinePorts } from "../../../cli/preflight/checks/ports";
import { examineSidecars } from "../../../cli/preflight/checks/sidecars";
import type { Facts, Pod, Service } from "../../../cli/preflight/facts";
import type { Named } from "../../../kubernetes/reading";
import { examineBackends, examineExposure } from "../../../cli/verify/checks/exposure";
import type { VerifyFacts } from "../../../cli/verify/facts";
import { loadStack } from "../../../cli/shared/offline/stack";
import { projectRoot } from "../project-root";
import { devInstallation } from "./installation";
import { renderNamespaces, renderWorkloads, type KubernetesObject } from "./objects";
import { hostedServices } from "./overlay";
import { namespacesOf, standinWorkloads } from "./workloads";

const { model } = devInstallation({ "networkPolicies.enabled": true });
const workloads = standinWorkloads(model);
const objects = renderWorkloads(workloads, "standin:test");
const { namespaces } = model.options;

interface Template {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: Pod["spec"];
}

interface PodTemplate {
  readonly spec: {
    readonly containers: readonly { readonly name: string; readonly args: readonly string[] }[];
    readonly volumes?: readonly object[];
    readonly hostAliases?: readonly object[];
  };
}

function inside<T>(kind: string, namespace: string): T[] {
  return objects.filter((one) => one.kind === kind && one.metadata.namespace === namespace) as unknown as T[];
}

// What the API server makes of the Deployments, with the sidecar that the mesh adds.
function podsOf(namespace: string): Pod[] {
  const deployments = inside<KubernetesObject & { spec: { template: Template } }>("Deployment", namespace);
  return deployments.map(({ metadata, spec: { template } }) => ({
    metadata: { name: metadata.name, labels: template.metadata.labels },
    spec: { ...template.spec, initContainers: [{ name: "istio-proxy", image: "proxyv2:1.30.8" }] },
  }));
}

function factsOf(): Facts {
  const accounts = namespacesOf(model).map((name) => [name, { value: inside<Named>("ServiceAccount", name) }]);
  return {
    version: { value: "v1.34.2" },
    namespaces: new Map(),
    pods: { value: podsOf(namespaces.platform) },
    services: { value: inside<Service>("Service", namespaces.platform) },
    accounts: new Map(accounts as [string, { value: Named[] }][]),
  } as unknown as Facts;
}

describe("the objects of the stand-in platform", () => {
  it("are a Deployment for each workload and store of the model, with an account of the name that policies know", () => {
    const names = inside<Named>("Deployment", namespaces.platform).map(({ metadata }) => metadata.name);
    assert.deepEqual(names.sort(), [...serviceNames, ...storeNames, "stranger"].sort());
    assert.equal(serviceNames.length, 39);
  });

  it("stand beside what the cluster has: the same account and labels, and nothing leads to them", () => {
    const present = ["ziti-management", "postgres", "istio-ingressgateway"];
    const others = standinWorkloads(model, present);
    const beside = others.filter(({ beside: name }) => name !== undefined);
    assert.deepEqual(beside.map(({ beside: name }) => name).sort(), [...present].sort());
    for (const one of beside) {
      const real = workloads.find(({ name }) => name === one.beside);
      assert.deepEqual([one.serviceAccount, one.labels], [real?.serviceAccount, real?.labels]);
      const own = renderWorkloads([one], "standin:test");
      assert.deepEqual(
        own.map(({ kind, metadata }) => [kind, metadata.name]),
        [["Pod", `beside-${one.beside}`]],
      );
      const { readinessGates } = own[0]?.spec as { readinessGates?: readonly object[] };
      assert.equal(readinessGates?.length, 1);
    }
  });

  it("have a tunneler in each pod with a role, and in no other", () => {
    const outside = { address: "10.0.0.200", names: ["ziti.agyn.localhost"] };
    const services = hostedServices(model);
    const all = renderWorkloads(workloads, "standin:test", { image: "ziti:test", services, outside });
    const tunneled = all.flatMap(({ kind, metadata, spec }) => {
      if (kind !== "Pod" && kind !== "Deployment") return [];
      const pod = (kind === "Pod" ? { spec } : (spec as { template: Template }).template) as unknown as PodTemplate;
      const { containers, volumes = [], hostAliases = [] } = pod.spec;
      const tunneler = containers.find(({ name }) => name === "tunneler");
      return tunneler === undefined ? [] : [{ name: metadata.name, tunneler, volumes, hostAliases }];
    });
    const names = tunneled.map(({ name }) => name);
    assert.deepEqual(names.sort(), ["agent", "device", ...overlayMembers].sort());
    for (const { name, tunneler, volumes, hostAliases } of tunneled) {
      assert.deepEqual(volumes, [{ name: "overlay-identity", secret: { secretName: `overlay-identity-of-${name}` } }]);
      for (const service of services) assert.ok(tunneler.args.includes(`${service.name}:${service.localPort}`), name);
      assert.equal(hostAliases.length, name === "device" ? 1 : 0);
    }
  });

  it("satisfy every check of the platform's workloads in preflight and verify", () => {
    const { settings } = loadStack(`${projectRoot}/Pulumi.dev.yaml`);
    const cluster = factsOf();
    const services = namespacesOf(model).map((name) => [`Service/${name}`, { value: inside("Service", name) }]);
    const facts = { cluster, objects: new Map(services as []) } as unknown as VerifyFacts;
    const findings = [
      ...examinePorts(cluster, model),
      ...examineAccounts(cluster, model),
      ...examineSidecars(cluster, settings),
      ...examineExposure(facts, model),
      ...examineBackends(facts, model),
    ];
    assert.deepEqual(
      findings.filter(({ verdict }) => verdict !== "pass"),
      [],
    );
    assert.ok(findings.length > 100, String(findings.length));
  });

  it("give strangers no label that a policy selects by, and everyone else what all of its policies do", () => {
    const policies = [...renderNetworkPolicies(model), ...renderAuthorizationPolicies(model)].flatMap(
      ({ metadata, spec }) => {
        const { podSelector, selector } = spec as Record<string, { matchLabels?: Record<string, string> } | undefined>;
        const labels = (podSelector ?? selector)?.matchLabels;
        return labels === undefined ? [] : [{ namespace: metadata.namespace, labels }];
      },
    );
    const selected = policies.map(({ namespace, labels }) =>
      workloads.filter(
        (one) =>
          one.namespace === namespace && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
      ),
    );
    assert.deepEqual(
      selected.flat().filter(({ kind }) => kind === "stranger"),
      [],
    );
    const inPlatform = policies.flatMap((policy, index) =>
      policy.namespace === namespaces.platform && selected[index]?.length !== 1 ? [policy.labels] : [],
    );
    // Pods that cert-manager makes for a challenge are no workload.
    assert.deepEqual(inPlatform, []);
  });

  it("run under a number, without rights, in namespaces that carry the mark", () => {
    for (const { spec } of podsOf(namespaces.platform)) {
      const { securityContext, containers } = spec as unknown as {
        securityContext: { runAsUser: number };
        containers: { securityContext: { readOnlyRootFilesystem: boolean } }[];
      };
      assert.ok(securityContext.runAsUser > 0);
      assert.ok(containers.every((container) => container.securityContext.readOnlyRootFilesystem));
    }
    const names = renderNamespaces(workloads).map(({ metadata }) => metadata.name);
    assert.deepEqual(new Set(names), new Set(workloads.map(({ namespace }) => namespace)));
  });
});
