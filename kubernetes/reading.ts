/** A right that the identity of the kubeconfig lacks. */
export interface Permission {
  readonly verb: "get" | "list";
  /** Resource with its API group, as in `deployments.apps`; a path for what is no resource. */
  readonly resource: string;
  /** Unset: cluster-wide. */
  readonly namespace?: string;
}

/** Why something could not be read: a right is missing, or the server gave no usable answer. */
export type Unread = { readonly lacks: Permission } | { readonly reason: string };

/** What was read, or why it was not. */
export type Reading<T> = { readonly value: T } | Unread;

/** The part of every object's metadata that is looked at. */
export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  /** RFC 3339, as every time here. */
  readonly creationTimestamp?: string;
  /** Set: the object is on its way out. */
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  readonly managedFields?: readonly { readonly time?: string; readonly fieldsV1?: object }[];
}

/** An object of which only the metadata counts: Namespace, ServiceAccount, MutatingWebhookConfiguration. */
export interface Named {
  readonly metadata: Metadata;
}

/** A condition that a controller reports of an object. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}
