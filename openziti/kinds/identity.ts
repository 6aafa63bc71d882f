import { containsUnknown, isRecord, Value } from "../values";
import { defineKind, Problem } from "./kind";
import { enrollmentOutputs, roleAttributes } from "./shared-fields";

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
      description: "`{ott: true}` or `{updb: <user name>}`. Changing it replaces the identity.",
    },
  ],
  outputs: enrollmentOutputs((property) =>
    ["ott", "updb"].map((method) => ["enrollment", method, property[0]?.toLowerCase() + property.slice(1)]),
  ),
  reserved: ({ isDefaultAdmin, typeId }) => {
    if (isDefaultAdmin === true) return "it is the controller's default admin";
    return typeId === "Router" ? "it belongs to an edge router, which owns its name and life" : undefined;
  },
});

function enrollmentProblems(value: Value): readonly Problem[] {
  if (containsUnknown(value)) return [];
  const { ott, updb, ...others } = isRecord(value) ? value : {};
  const isOtt = ott === true && updb === undefined;
  const isUpdb = typeof updb === "string" && updb !== "" && ott === undefined;
  if ((isOtt || isUpdb) && Object.keys(others).length === 0) return [];
  return [{ path: "enrollment", reason: "must be exactly {ott: true} or {updb: <user name>}", received: value }];
}
