import { containsUnknown, isRecord, Value } from "../values";
import { defineKind, Problem } from "./kind";
import { enrollmentOutputs, roleAttributes } from "./shared-fields";

const methods = ["ott", "updb", "ottca"] as const;

/** A user, device or workload. The API demands a type and then stores `Default` whatever it says. */
export const identity = defineKind({
  name: "Identity",
  collection: "identities",
  description: "A user, device or workload of the overlay.",
  constants: { type: "Default" },
  fields: [
    roleAttributes({ shared: true }),
    { name: "isAdmin", type: "boolean", default: false, description: "Full rights over the management API." },
    { name: "externalId", type: "string", default: "", description: "Subject an external JWT names the identity by." },
    { name: "authPolicyId", type: "string", default: "default", description: "Id of the authentication policy." },
    {
      name: "enrollment",
      type: "document",
      onlyAtCreation: true,
      replaces: true,
      problems: enrollmentProblems,
      description:
        "`{ott: true}`, `{updb: <user name>}` or `{ottca: <id of a certificate authority>}`. Changing it replaces the identity.",
    },
  ],
  outputs: [
    ...enrollmentOutputs((property) =>
      methods.map((method) => ["enrollment", method, property[0]?.toLowerCase() + property.slice(1)]),
    ),
    {
      name: "isEnrolled",
      type: "boolean",
      from: [
        ["authenticators", "cert"],
        ["authenticators", "updb"],
      ],
      description: "True once it has a credential.",
    },
  ],
  token: {
    usedOutput: "isEnrolled",
    renewal: ({ enrollment }, expiresAt) => {
      const open = (enrollment ?? {}) as Readonly<Record<string, { readonly id?: string } | undefined>>;
      const id = methods.map((method) => open[method]?.id).find((found) => found !== undefined);
      return id === undefined ? undefined : { path: `/enrollments/${id}/refresh`, body: { expiresAt } };
    },
  },
  reserved: ({ isDefaultAdmin, typeId }) => {
    if (isDefaultAdmin === true) return "it is the controller's default admin";
    return typeId === "Router" ? "it belongs to an edge router, which owns its name and life" : undefined;
  },
});

function enrollmentProblems(value: Value): readonly Problem[] {
  if (containsUnknown(value)) return [];
  const [[method, given] = [], ...others] = Object.entries(isRecord(value) ? value : {});
  const isText = typeof given === "string" && given !== "";
  const isValid = method === "ott" ? given === true : (method === "updb" || method === "ottca") && isText;
  if (isValid && others.length === 0) return [];
  const reason = "must be exactly {ott: true}, {updb: <user name>} or {ottca: <id of a certificate authority>}";
  return [{ path: "enrollment", reason, received: value }];
}
