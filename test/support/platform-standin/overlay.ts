import type { Model } from "../../../access/model/model";
import { roles, type RoleName } from "../../../access/platform/overlay";
import { findService, type ServiceName } from "../../../access/platform/services";
import { overlayPolicies, overlayTargets } from "../../../access/answers/overlay-policies";
import type { Protocol } from "./workloads";

/** A service of the overlay as the stand-in platform has it. */
export interface HostedService {
  /** As `explain` knows it: the name of a static service, or `#role` for one that is made at run time. */
  readonly target: string;
  /** Its name in the controller. */
  readonly name: string;
  /** The role attribute of a service of the run time, which the stand-in platform makes; a static one is there already. */
  readonly role?: RoleName;
  /** The platform's workloads that may host it. Each is as good as another. */
  readonly hosts: readonly ServiceName[];
  /** The hosts' own port behind it. */
  readonly backend: { readonly port: number; readonly protocol: Protocol };
  /** The port of its own pod at which a tunneler opens it. */
  readonly localPort: number;
}

/** Where a pod's containers find the identity of its tunneler. */
export const identityFolder = "/var/run/overlay";

/** The key of a Secret, and so the file, that is an enrolled identity as tunnelers take it. */
export const identityKey = "identity.json";

/** The key that is the tunneler's file of hosts. */
export const hostsKey = "hosts";

/** The name of the Secret that holds the identity of a workload. */
export function identitySecretOf(workload: string): string {
  return `overlay-identity-of-${workload}`;
}

const firstLocalPort = 17_001;

function workloadsOf(role: RoleName): readonly ServiceName[] {
  return (roles[role] as { workloads?: readonly ServiceName[] }).workloads ?? [];
}

// Whatever may be reached behind one name has to answer alike.
function backendOf(target: string, hosts: readonly ServiceName[]): HostedService["backend"] {
  const ports = hosts.map((name) => findService(name).ports[0]);
  const [first] = ports;
  const isShared = ports.every((one) => one?.port === first?.port && one?.appProtocol === first?.appProtocol);
  if (first === undefined || !isShared) throw new Error(`${target}: ${hosts.join(", ")} have no first port in common`);
  return { port: first.port, protocol: first.appProtocol };
}

/** Every service of the overlay that the platform's own pods host: the static ones, and one for each role of others. */
export function hostedServices(model: Model): readonly HostedService[] {
  const targets = [...new Set(model.overlay.policies.flatMap(overlayTargets))];
  return targets.map((target, index) => {
    const hosts = (Object.keys(roles) as RoleName[])
      .filter((role) => overlayPolicies(model, "Bind", role, target).length > 0)
      .flatMap(workloadsOf);
    const backend = backendOf(target, hosts);
    const shared = { target, hosts, backend, localPort: firstLocalPort + index };
    if (!target.startsWith("#")) return { ...shared, name: target };
    const role = target.slice(1) as RoleName;
    return { ...shared, name: `standin-${role}`, role };
  });
}

/**
 * The tunneler's file of hosts in a pod that hosts a static service. The service's `host.v1` names the Service in the
 * cluster, for a tunneler elsewhere; the platform's hosts answer in their own process, and so does a pod of the stand-in.
 */
export function renderHosts(model: Model, workload: string): string {
  const own = model.overlay.services.filter(({ name }) => name === workload).map(({ host }) => host.address);
  return ["localhost", ...own].map((name) => `127.0.0.1 ${name}\n`).join("");
}
