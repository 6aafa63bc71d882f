interface Deployment {
  readonly deployment?: { readonly resources?: readonly { readonly type: string; readonly urn: string }[] };
}

/**
 * Unique names (URN) of the identities that the stack enrolled, in the output of `pulumi stack export`. Replaced by
 * `pulumi up`, each gets a new key and certificate first, and the old one goes once nothing depends on it any more.
 */
export function enrolledIdentities(exported: unknown): readonly string[] {
  const resources = (exported as Deployment).deployment?.resources ?? [];
  return resources.filter(({ type }) => type === "openziti:index:EnrolledIdentity").map(({ urn }) => urn);
}
