/** What a fact is about, in the order in which changes are told. */
export const areas = ["calls", "public", "overlay", "egress", "packets", "mesh", "tls", "versions", "places"] as const;

/** What a fact is about. */
export type Area = (typeof areas)[number];

/** Somebody may do something. `key` is its identity; more of them means more reach. */
export interface Permission {
  readonly kind: "permission";
  readonly area: Area;
  readonly key: string;
  readonly subject: string;
  /** Verb of the sentence: "call", "dial the overlay service". */
  readonly action: string;
  readonly target: string;
  /** Set where the permission is for one state of a request only: "with the … header". */
  readonly condition?: string;
  readonly because?: string;
}

/** A value that is in force. Of two with a `rank`, the higher one is the more open. */
export interface Setting {
  readonly kind: "setting";
  readonly area: Area;
  readonly key: string;
  /** Subject of the sentence "… is …". */
  readonly name: string;
  readonly value: string;
  readonly rank?: number;
}

/** One statement about reach that holds in an installation. */
export type Fact = Permission | Setting;
