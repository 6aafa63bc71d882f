import type { ClusterChoice } from "../api-server";
import type { GroundNeeds } from "../ground";

/** What the look at the ground is told to do when it starts. */
export interface LookOrder {
  readonly cluster: ClusterChoice;
  readonly needs: GroundNeeds;
  /** Milliseconds until it gives up. */
  readonly limit: number;
}

/** What it says at the end: a warning per thing that is not there, why the run must not go on, or why it could not look. */
export type LookReport =
  { readonly warnings: readonly string[]; readonly refusals: readonly string[] } | { readonly trouble: string };
