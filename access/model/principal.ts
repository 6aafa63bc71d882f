/** A workload identity in the mesh. */
export interface Principal {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Whether two identities are one. */
export function isSamePrincipal(left: Principal, right: Principal): boolean {
  return left.namespace === right.namespace && left.serviceAccount === right.serviceAccount;
}
