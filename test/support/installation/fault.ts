import type { Check } from "../../../cli/verify/finding";
import { pathOf, type ClusterObject } from "./objects";
import type { World } from "./world";

/** One disturbance of a healthy installation. */
export interface Fault {
  readonly title: string;
  readonly inject: (world: World) => Promise<void>;
  /** The only check that may turn red. */
  readonly check: Check;
  readonly verdict?: "fail" | "warn";
  /** Lines that say so, one per object it strikes; default 1. */
  readonly lines?: number;
  readonly subject: RegExp;
  readonly cause: RegExp;
}

/** Namespace of the platform in the installation that is disturbed. */
export const platform = "agyn-platform";

/** The browser hosts. */
export const hosts = (world: World) => world.model.exposures.map(({ host }) => host);

/** Path of an object by its group and version, kind, namespace and name. */
export function at(apiVersion: string, kind: string, namespace: string, name: string): string {
  return pathOf({ apiVersion, kind, metadata: { name, namespace } });
}

/** The object with other fields in its spec. */
export const withSpec = (spec: object) => (object: ClusterObject) => ({
  ...object,
  spec: { ...(object.spec as object), ...spec },
});
