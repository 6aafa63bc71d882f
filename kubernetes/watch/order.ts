import type { ClusterChoice } from "../api-server";
import type { Owner } from "../diagnosis/owners";

/** What the watch is told to do when it starts. */
export interface WatchOrder {
  readonly cluster: ClusterChoice;
  readonly namespaces: readonly string[];
  /** Milliseconds from one look at the cluster to the next. */
  readonly interval: number;
}

/** Something to tell a person. */
export interface Told {
  readonly owner: Owner;
  readonly text: string;
}

/** What the watch says: something to tell, or why it cannot look. */
export type WatchReport = { readonly told: readonly Told[] } | { readonly trouble: string };
