import type { ControllerClient } from "../client/client";
import type { ClusterChoice } from "../client/port-forward/kubeconfig";
import type { Engine } from "../engine";

/** What the provider's arguments amount to, once the engine has given them. */
export interface Configured {
  readonly engine: Engine;
  readonly controller: ControllerClient;
  readonly ownTags: Readonly<Record<string, string>>;
  /** Objects of others are taken over under a declared name. */
  readonly adopt: boolean;
  /** Trades the one-time token of an identity and a request for its key for a certificate chain; all texts, PEM but the token. */
  readonly enroll: (jwt: string, request: string) => Promise<string>;
}

/** Who knows the cluster whose DNS is written to. */
export interface ClusterSource {
  /** The cluster, and what says that it is time to stop. Fails where none was given. */
  cluster(): { readonly choice: ClusterChoice; readonly signal: AbortSignal };
}
