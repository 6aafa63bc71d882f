import type { Model } from "../../../access/model/model";
import type { RoleName } from "../../../access/platform/overlay";
import { accountOf } from "../../../access/model/service-accounts";
import { findStore, ingressGateway, storeNames, type StoreName } from "../../../access/platform/services";
import { workloadRole } from "../../../access/answers/overlay-policies";

/** What a stand-in answers on a port. */
export type Protocol = "grpc" | "http" | "tcp";

/** A pod that stands in for a workload, or for one that is not of the platform. */
export interface Workload {
  /** As `explain` knows the caller: a service, a store, `ingress-gateway`, `<namespace>/<ServiceAccount>`, `#devices`. */
  readonly caller: string;
  readonly kind: "service" | "store" | "gateway" | "agent" | "device" | "stranger";
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Ports of pod and Service, which are the same. None: it has no Service. */
  readonly ports: readonly { readonly port: number; readonly protocol: Protocol }[];
  /** What its identity on the overlay may do; undefined for one that has none. */
  readonly role?: RoleName;
  /**
   * The workload of the cluster that it stands beside, by its name: it has the same account and labels, so that policies
   * do not tell them apart, and no Service leads to it.
   */
  readonly beside?: string;
}

/** A port that no Service declares, on which every stand-in listens: what is closed there was closed by a policy. */
export const undeclaredPort = 9999;

/** The namespace of callers that have nothing to do with the platform; each platform has its own. */
export function foreignNamespace({ options }: Pick<Model, "options">): string {
  return `${options.namespaces.platform}-elsewhere`;
}

/** The label by which every object of the stand-in platform is found again; no policy selects by it. */
export const mark = { "app.kubernetes.io/part-of": "platform-standin" } as const;

const storeProtocols = { postgres: "tcp", nats: "tcp", redis: "tcp", http: "http" } as const;

function toService({ name, serviceAccount, selector, ports }: Model["services"][number], namespace: string): Workload {
  const role = workloadRole(name);
  return {
    caller: name,
    kind: "service",
    name,
    namespace,
    serviceAccount,
    labels: selector,
    ports: ports.map(({ port, appProtocol }) => ({ port, protocol: appProtocol })),
    ...(role && { role }),
  };
}

function toStore(name: StoreName, { options }: Model): Workload {
  const { port, protocol, selector } = findStore(name);
  return {
    caller: name,
    kind: "store",
    name,
    namespace: options.namespaces.platform,
    serviceAccount: name === "openfga" ? accountOf(options, name) : name,
    labels: selector,
    ports: [{ port, protocol: storeProtocols[protocol] }],
  };
}

function toForeigner(kind: "agent" | "stranger", namespace: string): Workload {
  const shared = { kind, name: kind, namespace, serviceAccount: kind, labels: { app: `standin-${kind}` }, ports: [] };
  return { ...shared, caller: `${namespace}/${kind}`, ...(kind === "agent" && { role: "agents" }) };
}

// A device is nowhere in the cluster: it comes in by the public names.
function toDevice(namespace: string): Workload {
  const labels = { app: "standin-device" };
  const shared = { namespace, serviceAccount: "device", labels, ports: [] };
  return { ...shared, kind: "device", name: "device", caller: "#devices", role: "devices" };
}

function toBeside({ name, caller, kind, namespace, serviceAccount, labels }: Workload): Workload {
  return { caller, kind, namespace, serviceAccount, labels, name: `beside-${name}`, ports: [], beside: name };
}

function toGateway({ options }: Model): Workload {
  return {
    caller: "ingress-gateway",
    kind: "gateway",
    name: ingressGateway.serviceAccount,
    namespace: options.namespaces.ingress,
    serviceAccount: accountOf(options, ingressGateway.serviceAccount),
    labels: ingressGateway.selector,
    ports: [],
  };
}

/** The namespaces of an installation. */
export function namespacesOf({ options }: Pick<Model, "options">): readonly string[] {
  const { platform, workloads, ingress, mesh, overlay, certManager } = options.namespaces;
  return [...new Set([platform, workloads, ingress, mesh, overlay, certManager])];
}

/**
 * The platform of one installation as pods: every workload and data store of the model, an agent, a device, the ingress
 * gateway as a caller, and a stranger in each namespace and in one that the platform does not know. `present` are those
 * that the cluster has already, by their names: a pod stands beside each, sends as it does, and answers on the port that nothing declares.
 */
export function standinWorkloads(model: Model, present: readonly string[] = []): readonly Workload[] {
  const { platform, workloads } = model.options.namespaces;
  const own = [
    ...model.services.map((service) => toService(service, platform)),
    ...storeNames.map((name) => toStore(name, model)),
    toGateway(model),
  ];
  return [
    ...own.map((workload) => (present.includes(workload.name) ? toBeside(workload) : workload)),
    toForeigner("agent", workloads),
    toDevice(foreignNamespace(model)),
    ...[...namespacesOf(model), foreignNamespace(model)].map((namespace) => toForeigner("stranger", namespace)),
  ];
}
