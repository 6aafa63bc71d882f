/** Facts of a cluster where everything is as it should be, and single departures from it. */
import assert from "node:assert/strict";
import { loadModel } from "../../config/model";
import { parseSettings } from "../../config/parse";
import type { Settings } from "../../config/settings";
import { findStore, isStoreName, services } from "../../access/platform/services";
import { ownDatabase } from "../../access/model/store-use";
import { callerNamespaces } from "../../cli/preflight/checks/accounts";
import { neededKinds } from "../../cli/preflight/checks/kinds";
import { examineMesh } from "../../cli/preflight/examine";
import type { Metadata, Named } from "../../kubernetes/reading";
import type { Deployment, Facts, Pod, Service, ServicePort } from "../../cli/preflight/facts";
import type { Check, Finding, Verdict } from "../../cli/preflight/finding";
import { context, toRaw, type ByPath } from "../config/parsing";

/** When the platform namespace of the healthy cluster was labeled. */
export const labeledAt = "2030-01-02T00:00:00Z";

/** An installation whose Istio and namespaces are the operator's. */
export const unmanaged: ByPath = { "mesh.manage": false, "namespaces.create": false, "certManager.manage": false };

/** Complete settings of the bootstrap profile, with values by path. */
export function settingsWith(values: ByPath): Settings {
  const result = parseSettings(toRaw(values), context);
  assert.ok("settings" in result, JSON.stringify(result));
  return result.settings;
}

/** An object with metadata alone. */
export const named = (name: string, metadata: Partial<Metadata> = {}): Named => ({ metadata: { name, ...metadata } });

/** An istiod Deployment. */
export function istiod(image: string, labels: Record<string, string> = {}): Deployment {
  return {
    ...named("istiod", { labels }),
    spec: { template: { spec: { containers: [{ name: "discovery", image }] } } },
  };
}

/** A running pod with a sidecar, of the workload with its name. */
export function podOf(name: string, changes: Partial<Pod["spec"]> = {}, metadata: Partial<Metadata> = {}): Pod {
  const labels = { "app.kubernetes.io/name": name };
  const containers = [{ name }, { name: "istio-proxy" }];
  return {
    ...named(`${name}-0`, { labels, creationTimestamp: "2030-01-03T00:00:00Z", ...metadata }),
    spec: { serviceAccountName: name, containers, ...changes },
  };
}

/** A Service with ports. */
export const serviceWith = (name: string, ports: readonly ServicePort[]): Service => ({
  ...named(name),
  spec: { ports },
});

/** Everything as it should be, for the settings. */
export function healthyFacts(settings: Settings): Facts {
  const model = loadModel(settings);
  const { namespaces } = settings;
  const fields = { "f:metadata": { "f:labels": { "f:istio-injection": {} } } };
  const platform = named(namespaces.platform, {
    labels: { "istio-injection": "enabled" },
    managedFields: [
      { time: "2029-01-01T00:00:00Z", fieldsV1: {} },
      { time: labeledAt, fieldsV1: fields },
    ],
  });
  const others = [namespaces.workloads, namespaces.mesh, namespaces.ingress, namespaces.overlay];
  const callees = new Set(model.calls.map(({ callee }) => callee));
  return {
    server: "https://cluster.test",
    version: { value: "v1.34.1" },
    served: new Map(neededKinds.map(({ groupVersion, plurals }) => [groupVersion, { value: plurals }])),
    controlPlanes: { value: [istiod("docker.io/istio/pilot:1.30.8-distroless")] },
    meshConfigs: { value: [{ ...named("istio"), data: { mesh: "trustDomain: cluster.local\n" } }] },
    injectors: { value: [named("istio-sidecar-injector", { labels: { "istio.io/rev": "default" } })] },
    namespaces: new Map([
      [namespaces.platform, { value: platform }],
      ...others.map((name) => [name, { value: named(name) }] as const),
    ]),
    pods: {
      value: [
        ...services.map(({ name, serviceAccount }) => podOf(name, { serviceAccountName: serviceAccount })),
        podOf(ownDatabase),
      ],
    },
    services: { value: [...callees].map((callee) => serviceWith(callee, portsOf(callee))) },
    accounts: new Map(
      callerNamespaces(model).map((namespace) => [
        namespace,
        {
          value: model.calls.flatMap(({ caller }) =>
            caller.kind === "anyone" ? [] : [named(caller.principal.serviceAccount)],
          ),
        },
      ]),
    ),
    plugins: [],
    measured: { value: undefined },
  };
}

function portsOf(callee: string): ServicePort[] {
  if (isStoreName(callee)) {
    const { port, protocol } = findStore(callee);
    return [{ name: protocol === "http" ? "http" : "tcp-store", port }];
  }
  const ports = services.find(({ name }) => name === callee)?.ports ?? [];
  return ports.map(({ name, port, appProtocol }) => ({ name, port: port + 1, targetPort: port, appProtocol }));
}

/** The healthy facts with one namespace's labels replaced. */
export function withNamespace(settings: Settings, name: string, labels: Record<string, string> | undefined) {
  const { namespaces } = healthyFacts(settings);
  return { namespaces: new Map([...namespaces, [name, { value: labels && named(name, { labels }) }]]) };
}

/** A departure from the healthy cluster, and the finding it has to bring. */
export interface Case {
  readonly title: string;
  readonly settings?: ByPath;
  readonly change: (settings: Settings) => Partial<Facts>;
  readonly verdict: Verdict;
  readonly subject: RegExp;
  readonly cause: RegExp;
  readonly fix: RegExp;
}

/** The findings of one check in a cluster that departs from the healthy one. */
export function examineCase(check: Check, { settings: values = unmanaged, change }: Pick<Case, "settings" | "change">) {
  const settings = settingsWith(values);
  const findings = examineMesh({ ...healthyFacts(settings), ...change(settings) }, loadModel(settings), settings);
  return findings.filter((finding) => finding.check === check);
}

/** Asserts that a case's finding is there, and that nothing else of its check departs from the healthy cluster. */
export function assertCase(check: Check, expected: Case): void {
  const findings = examineCase(check, expected);
  const others = findings.filter((finding) => !isExpected(finding, expected));
  assert.equal(findings.length - others.length, 1, JSON.stringify(findings, undefined, 1));
  assert.deepEqual(
    others.filter(({ verdict }) => verdict !== "pass"),
    [],
  );
}

function isExpected({ verdict, subject, cause, fix }: Finding, expected: Case): boolean {
  return (
    verdict === expected.verdict &&
    expected.subject.test(subject) &&
    expected.cause.test(cause) &&
    expected.fix.test(fix)
  );
}
