import type { Model } from "../model";
import { callFlows } from "./calls";
import { apiServerFlows, certManagerFlows } from "./cluster";
import type { Flow } from "./flow";
import { internetFlows } from "./internet";
import { dnsFlows, meshFlows, metricFlows, probeFlows } from "./mesh";
import { overlayFlows } from "./overlay";
import { publicFlows } from "./public";

/**
 * The one table of flows: every way that packets may take in one installation, from which both ends of every network
 * policy are rendered. It does not depend on whether the policies are switched on.
 */
export function buildFlows(model: Model): readonly Flow[] {
  const { options } = model;
  return [
    ...callFlows(model),
    ...meshFlows(options),
    ...publicFlows(model),
    ...dnsFlows(options),
    ...probeFlows(options),
    ...metricFlows(options),
    ...overlayFlows(options),
    ...apiServerFlows(options),
    ...certManagerFlows(options),
    ...internetFlows(options),
  ];
}

/** The namespaces that the policies close: those of the platform and the agents, and of whatever the program installs. */
export function managedNamespaces({ options }: Pick<Model, "options">): readonly string[] {
  const { namespaces, mesh, controller, certManager } = options;
  return [
    namespaces.platform,
    namespaces.workloads,
    ...(mesh.manage ? [namespaces.ingress, namespaces.mesh] : []),
    ...(controller.manage ? [namespaces.overlay] : []),
    ...(certManager.manage ? [namespaces.certManager] : []),
  ];
}
