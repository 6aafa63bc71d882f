import type { ModelOptions } from "./options";
import {
  extraPolicies,
  grants,
  specificationPolicies,
  staticServices,
  type OverlayPolicy,
  type RouterGrant,
  type StaticServiceName,
} from "../platform/overlay";
import { findService } from "../platform/services";

/** A static overlay service: bound by one platform workload, dialed at `addresses`. */
export interface OverlayService {
  readonly name: StaticServiceName;
  readonly roleAttributes: readonly string[];
  readonly intercept: { readonly addresses: readonly string[]; readonly port: number };
  /** In-cluster backend, for a tunneler that hosts the service; the platform's SDK hosts do not read it. */
  readonly host: { readonly address: string; readonly port: number };
  readonly because: string;
}

/** The static part of the overlay. Runners, apps and exposures are registered at run time and cost nothing here. */
export interface OverlayModel {
  readonly services: readonly OverlayService[];
  readonly policies: readonly OverlayPolicy[];
  readonly grants: readonly RouterGrant[];
}

function toOverlayService(name: StaticServiceName, { namespaces, overlay }: ModelOptions): OverlayService {
  const { port, because } = staticServices[name];
  const [backend] = findService(name).ports;
  if (backend === undefined) throw new Error(`service "${name}" is hosted on the overlay but serves no port`);
  return {
    name,
    roleAttributes: [name],
    intercept: { addresses: [overlay.zone, ...overlay.extraZones].map((zone) => `${name}.${zone}`), port },
    host: { address: `${name}.${namespaces.platform}.svc.cluster.local`, port: backend.port },
    because,
  };
}

/** The overlay's static services, policies and grants; the extras of today's images are additional policies. */
export function buildOverlay(options: ModelOptions): OverlayModel {
  const { infrastructureRoles, platformExtras } = options.overlay;
  return {
    services: (Object.keys(staticServices) as StaticServiceName[]).map((name) => toOverlayService(name, options)),
    policies: [...specificationPolicies(infrastructureRoles), ...(platformExtras ? extraPolicies : [])],
    grants,
  };
}
