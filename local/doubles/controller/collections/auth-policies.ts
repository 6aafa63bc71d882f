import { ApiError } from "../errors";
import { Kind, named } from "../kind";
import type { Entity, Fields } from "../store";

/** The policy every identity has unless it names another. */
export const defaultAuthPolicy: Fields & { id: string; name: string } = {
  id: "default",
  name: "Default",
  isSystem: true,
  primary: {
    cert: { allowed: true, allowExpiredCerts: true },
    extJwt: { allowed: true, allowedSigners: [] },
    updb: {
      allowed: true,
      lockoutDurationMinutes: 0,
      maxAttempts: 0,
      minPasswordLength: 5,
      requireMixedCase: false,
      requireNumberChar: false,
      requireSpecialChar: false,
    },
  },
  secondary: { requireTotp: false },
};

// A PATCH may hold any part of the nested settings; the rest stays.
function merge(before: unknown, change: unknown): unknown {
  const isGroup = (value: unknown): value is Fields =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isGroup(before) || !isGroup(change)) return change;
  const merged: Fields = { ...before };
  for (const [key, value] of Object.entries(change)) if (value !== null) merged[key] = merge(before[key], value);
  return merged;
}

function group(...members: string[]): Kind["fields"][string] {
  return { schema: { type: "object", required: members }, initial: {}, required: ["create", "replace"] };
}

/** Authentication policies. */
export const authPolicies: Kind = {
  collection: "auth-policies",
  singular: "authPolicy",
  fields: { ...named, primary: group("cert", "extJwt", "updb"), secondary: group("requireTotp") },
  filterable: { name: "string" },
  check(_world, next, previous: Entity | undefined, write) {
    if (write !== "patch" || previous === undefined) return;
    for (const group of ["primary", "secondary"]) if (group in next) next[group] = merge(previous[group], next[group]);
  },
  removing(world, entity) {
    const user = world.store.all("identities").find(({ authPolicyId }) => authPolicyId === entity.id);
    if (user !== undefined) {
      const cause = { field: "authPolicyId", reason: "the policy is referenced by an identity", value: `[${user.id}]` };
      throw new ApiError("CAN_NOT_DELETE_REFERENCED_ENTITY", cause);
    }
    if (entity.isSystem === true) throw new ApiError("ENTITY_CAN_NOT_BE_DELETED");
  },
  toDetail: () => ({ isSystem: undefined }),
};
