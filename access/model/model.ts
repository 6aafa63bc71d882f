import { buildCalls, type Call } from "./calls";
import { validateExceptions } from "./exceptions";
import { buildExposures, type Exposure } from "./exposure";
import { validateExtraCallers } from "./extra-callers";
import { entryExceptions } from "./entry";
import type { ModelOptions } from "./options";
import { buildOverlay, type OverlayModel } from "./overlay";
import { buildServices, validateServiceAccounts } from "./service-accounts";
import type { Service, ServiceName } from "../platform/services";

export type { ModelOptions } from "./options";

/** Everything an installation permits: the single source of policies, explanations and tests. Immutable. */
export interface Model {
  readonly options: ModelOptions;
  /** Every platform workload, with the ServiceAccount it runs as here. */
  readonly services: readonly Service[];
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
  const calls = buildCalls(options, exposures);
  return {
    options: withEntryExceptions(options, exposures),
    services: buildServices(options),
    calls,
    exposures,
    overlay: buildOverlay(options),
  };
}

// An exception of the operator's for the same port gives way: it may open less than the ingress controller needs.
function withEntryExceptions(options: ModelOptions, exposures: readonly Exposure[]): ModelOptions {
  const needed = entryExceptions(options, exposures);
  if (needed.length === 0) return options;
  const { platform } = options.namespaces;
  const others = options.mesh.exceptions.filter(
    ({ workload, port, namespace = platform }) =>
      namespace !== platform || !needed.some((own) => own.workload === workload && own.port === port),
  );
  return { ...options, mesh: { ...options.mesh, exceptions: [...others, ...needed] } };
}

/** A workload of this installation, with the ServiceAccount it runs as. Throws when there is none of that name. */
export function serviceOf({ services }: Model, name: ServiceName): Service {
  const found = services.find((service) => service.name === name);
  if (found === undefined) throw new Error(`the installation has no service "${name}"`);
  return found;
}
