import { meant } from "./near";
import type { MeshOptions, ModelOptions, RenamedAccount } from "./options";
import type { Problem } from "./problem";
import {
  ingressGateway,
  serviceNames,
  services,
  type Service,
  type ServiceName,
  type StoreName,
} from "../platform/services";

/** A workload that calls through the mesh: a service, the one store that keeps its state in another, the ingress gateway. */
export type CallingWorkload = ServiceName | "openfga" | typeof ingressGateway.serviceAccount;

const nameable: readonly string[] = [...serviceNames, "openfga", ingressGateway.serviceAccount];

// A Kubernetes object name. It also keeps `*` out, which a mesh policy would read as "everyone".
const objectName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Whether a text can be the name of one ServiceAccount, or of a namespace. */
export function isObjectName(text: string): boolean {
  return objectName.test(text);
}

/** The ServiceAccount that a workload runs as: the name of the workload, unless `mesh.serviceAccounts` says otherwise. */
export function accountOf({ mesh }: ModelOptions, workload: CallingWorkload | StoreName): string {
  return mesh.serviceAccounts.find(({ service }) => service === workload)?.serviceAccount ?? workload;
}

/** Every platform workload with the ServiceAccount it runs as in this installation. */
export function buildServices(options: ModelOptions): readonly Service[] {
  return services.map((service) => ({ ...service, serviceAccount: accountOf(options, service.name) }));
}

function validateService(key: string, { service }: RenamedAccount, manage: boolean): Problem[] {
  if (!nameable.includes(service)) {
    return [{ key: `${key}.service`, received: service, ...meant(service, nameable) }];
  }
  if (!manage || service !== ingressGateway.serviceAccount) return [];
  const fix = "Remove the entry: the program installs the ingress gateway, under this name.";
  return [{ key: `${key}.service`, received: service, allowed: "a workload that the program does not install", fix }];
}

function validateName(key: string, { serviceAccount: received }: RenamedAccount): Problem[] {
  const problem = { key: `${key}.serviceAccount`, received };
  if (received === "default") {
    const fix = "Give the workload a ServiceAccount of its own: every pod without one shares this one.";
    return [{ ...problem, allowed: "any name but default", fix }];
  }
  return isObjectName(received)
    ? []
    : [{ ...problem, allowed: "a Kubernetes object name", fix: "Write the exact name, without a pattern." }];
}

// Two workloads with one ServiceAccount are one caller to every policy.
function validateSharing(renamed: readonly RenamedAccount[]): Problem[] {
  const accounts = new Map<string, string>(nameable.map((name) => [name, name]));
  renamed.forEach(({ service, serviceAccount }) => accounts.set(service, serviceAccount));
  const firsts = renamed.map(({ service }) => service);
  return renamed.flatMap(({ service, serviceAccount }, index) => {
    const key = `mesh.serviceAccounts[${index}]`;
    if (firsts.indexOf(service) < index) {
      const fix = "Remove one of the two entries.";
      return [{ key: `${key}.service`, received: service, allowed: "each workload once", fix }];
    }
    const sharer = nameable.find((name) => name !== service && accounts.get(name) === serviceAccount);
    if (sharer === undefined) return [];
    const fix = `${sharer} runs as it: two workloads with one ServiceAccount could not be told apart.`;
    return [{ key: `${key}.serviceAccount`, received: serviceAccount, allowed: "a name no other workload has", fix }];
  });
}

/** Everything wrong with the renamed ServiceAccounts. Empty when valid. */
export function validateServiceAccounts({
  serviceAccounts,
  manage,
}: Pick<MeshOptions, "serviceAccounts" | "manage">): readonly Problem[] {
  const each = serviceAccounts.flatMap((renamed, index) => {
    const key = `mesh.serviceAccounts[${index}]`;
    return [...validateService(key, renamed, manage), ...validateName(key, renamed)];
  });
  return [...each, ...validateSharing(serviceAccounts)];
}
