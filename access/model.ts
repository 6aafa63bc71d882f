import type { Call } from "./calls";
import type { Exposure } from "./exposure";
import type { ModelOptions } from "./options";
import type { OverlayModel } from "./overlay";

export type { ModelOptions } from "./options";

/** Everything an installation permits: the single source of policies, explanations and tests. Immutable. */
export interface Model {
  readonly options: ModelOptions;
  /** Every permitted edge into a platform workload or data store. What is not here is closed. */
  readonly calls: readonly Call[];
  /** Every public host with its routes, in order. */
  readonly exposures: readonly Exposure[];
  readonly overlay: OverlayModel;
}

/** Builds the model of one installation. Throws when an extra caller is invalid (see validateExtraCallers). */
export function buildModel(options: ModelOptions): Model {
  return { options, calls: [], exposures: [], overlay: { services: [], policies: [], grants: [] } };
}
