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

const described = 20;

/** A sentence for each grant; of many, for the first twenty, and how many more there are. */
export function describeGrants(grants: readonly ForeignGrant[]): string[] {
  const more = grants.length - described;
  return [
    ...grants.slice(0, described).map(describeGrant),
    ...(more > 0 ? [`${more} more policies that are not this stack's reach its services.`] : []),
  ];
}

/** How a schema describes a list of grants. */
export const grantsDescription =
  "id, name, type, semantic, identityRoles, serviceRoles, and the services reached; by name.";

function describeGrant({ name, type, identityRoles, services }: ForeignGrant): string {
  const verb = type === "Dial" ? "dial" : "bind";
  return `Policy "${name}" is not this stack's and lets ${identityRoles.join(", ")} ${verb} ${services.join(", ")}.`;
}
