import type { KeyObject } from "node:crypto";
import type { DoubleCluster } from "./cluster";
import type { Sessions } from "./sessions";
import type { Store } from "./store";

/** What the controller's logic needs besides the request: the objects, the sessions, and how it is reached. */
export interface World {
  store: Store;
  sessions: Sessions;
  /** `https://host:port`, without a path. */
  url: string;
  /** Signs enrollment tokens. */
  key: KeyObject;
  /** Absent of a controller without a cluster. */
  cluster?: DoubleCluster;
}
