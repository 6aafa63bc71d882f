import { buildCalls, type Call } from "./calls";
import { buildExposures, type Exposure } from "./exposure";
import { validateExtraCallers } from "./extra-callers";
import type { ModelOptions } from "./options";
import { buildOverlay, type OverlayModel } from "./overlay";

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
  const [problem] = validateExtraCallers(options.mesh.extraCallers);
  if (problem) {
    const { key, received, allowed, fix } = problem;
    throw new Error(`${key}: received "${received}", allowed: ${allowed}. ${fix}`);
  }
  const exposures = buildExposures(options);
  return { options, calls: buildCalls(options, exposures), exposures, overlay: buildOverlay(options) };
}
