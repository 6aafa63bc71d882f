import type { Call } from "./call";
import { buildCalls } from "./calls";
import { validateExceptions } from "./exceptions";
import { buildExposures, type Exposure } from "./exposure";
import { validateExtraCallers } from "./extra-callers";
import { buildExceptions } from "./mutual-tls";
import type { ModelException, ModelOptions } from "./options";
import { buildOverlay, type OverlayModel } from "./overlay";
import { buildServices, validateServiceAccounts } from "./service-accounts";
import type { Service, ServiceName } from "../platform/services";

export type { ModelOptions } from "./options";

/** Everything an installation permits: the single source of policies, explanations and tests. Immutable. */
export interface Model {
  readonly options: ModelOptions;
  /** Every platform workload, with the ServiceAccount it runs as here. */
  readonly services: readonly Service[];
  /** Every place where mutual TLS is not insisted on. */
  readonly exceptions: readonly ModelException[];
  /** Every permitted edge into a platform workload or data store. What is not here is closed. */
  readonly calls: readonly Call[];
  /** Every public host with its routes, in order. */
  readonly exposures: readonly Exposure[];
  readonly overlay: OverlayModel;
}

/** Builds the model of one installation. Throws when the operator's changes to the mesh are invalid (see the validators). */
export function buildModel(options: ModelOptions): Model {
  const [problem] = [
    ...validateServiceAccounts(options.mesh),
    ...validateExtraCallers(options.mesh.extraCallers, options.namespaces),
    ...validateExceptions(options.mesh.exceptions, options.namespaces),
  ];
  if (problem) {
    const { key, received, allowed, fix } = problem;
    throw new Error(`${key}: received "${received}", allowed: ${allowed}. ${fix}`);
  }
  const exposures = buildExposures(options);
  const exceptions = buildExceptions(options, exposures);
  return {
    options,
    services: buildServices(options),
    exceptions,
    calls: buildCalls(options, exposures, exceptions),
    exposures,
    overlay: buildOverlay(options),
  };
}

/** A workload of this installation, with the ServiceAccount it runs as. Throws when there is none of that name. */
export function serviceOf({ services }: Model, name: ServiceName): Service {
  const found = services.find((service) => service.name === name);
  if (found === undefined) throw new Error(`the installation has no service "${name}"`);
  return found;
}
