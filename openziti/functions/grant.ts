/** A policy of somebody else that lets identities dial or bind what this stack's own policies govern. */
export type ForeignGrant = {
  readonly id: string;
  readonly name: string;
  readonly type: "Dial" | "Bind";
  readonly semantic: "AnyOf" | "AllOf";
  readonly identityRoles: readonly string[];
  readonly serviceRoles: readonly string[];
  /** Names of our services it reaches, and `#attribute` where it reaches whatever our policies select by that attribute. */
  readonly services: readonly string[];
};

/** A grant in one sentence. */
export function describeGrant({ name, type, identityRoles, services }: ForeignGrant): string {
  const verb = type === "Dial" ? "dial" : "bind";
  return `Policy "${name}" is not this stack's and lets ${identityRoles.join(", ")} ${verb} ${services.join(", ")}.`;
}
