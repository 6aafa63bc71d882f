import { Field, Output } from "./kind";

/**
 * How the roles of one list combine. The controller's own default is AllOf, so it is always sent. It stores a changed
 * value but goes on to select by the old one, so a change has to make the policy anew.
 */
export const semantic: Field = {
  name: "semantic",
  type: "string",
  default: "AnyOf",
  oneOf: ["AnyOf", "AllOf"],
  replaces: true,
  description:
    "AnyOf: one matching attribute suffices. AllOf: all are needed. `@id` entries are always added. Changing it replaces.",
};

/** A list of roles a policy needs; the controller would accept an empty one, which matches nothing. */
export function roles(name: string, whose: string): Field {
  return {
    name,
    type: "roles",
    required: true,
    default: [],
    description: `Which ${whose}: \`#attribute\`, \`@id\`, or \`#all\` alone.`,
  };
}

/** Attributes policies select an object by. `shared` where other programs add their own. */
export function roleAttributes(options: Pick<Field, "shared"> = {}): Field {
  const description = "Attributes policies select the object by, without `#`.";
  return { name: "roleAttributes", type: "attributes", default: [], description, ...options };
}

/** The one-time token an identity or router enrolls with, wherever the kind's detail shows it. */
export function enrollmentOutputs(paths: (property: string) => readonly (readonly string[])[]): readonly Output[] {
  return [
    {
      name: "enrollmentJwt",
      type: "string",
      secret: true,
      kept: true,
      from: paths("Jwt"),
      description:
        "One-time enrollment token. One that ran out unused is issued anew by the next update; keeps its last value once it is used.",
    },
    {
      name: "enrollmentExpiresAt",
      type: "string",
      kept: true,
      from: paths("ExpiresAt"),
      description: "When the enrollment token stops working (RFC 3339).",
    },
  ];
}
