import { fieldError } from "./errors";
import type { Entity, Fields, Store } from "./store";

/** A field of a policy kind that selects objects of another collection by role or id. */
interface RoleField {
  collection: string;
  field: string;
  target: string;
}

/** Every field that holds roles. */
export const roleFields: readonly RoleField[] = [
  { collection: "service-policies", field: "identityRoles", target: "identities" },
  { collection: "service-policies", field: "serviceRoles", target: "services" },
  { collection: "service-policies", field: "postureCheckRoles", target: "posture-checks" },
  { collection: "edge-router-policies", field: "edgeRouterRoles", target: "edge-routers" },
  { collection: "edge-router-policies", field: "identityRoles", target: "identities" },
  { collection: "service-edge-router-policies", field: "edgeRouterRoles", target: "edge-routers" },
  { collection: "service-edge-router-policies", field: "serviceRoles", target: "services" },
];

// What the controller calls a collection in its error texts.
const storeNames: Record<string, string> = { "edge-routers": "routers", "posture-checks": "postureChecks" };

function rolesOf(entity: Fields, field: string): string[] {
  return (entity[field] as string[] | null | undefined) ?? [];
}

/** Refuses roles without a prefix, `#all` beside others, and ids that do not exist. */
export function checkRoles(store: Store, collection: string, next: Fields): void {
  for (const { field, target } of roleFields.filter((entry) => entry.collection === collection)) {
    const roles = rolesOf(next, field);
    if (roles.length > 1 && roles.includes("#all")) {
      throw fieldError(field, "if using #all, it should be the only role specified", roles);
    }
    const bare = roles.filter((role) => !role.startsWith("#") && !role.startsWith("@"));
    if (bare.length > 0) {
      throw fieldError(field, "role entries must be prefixed with # (role attribute) or @ (id)", bare);
    }
    const ids = roles.filter((role) => role.startsWith("@")).map((role) => role.slice(1));
    const unknown = ids.filter((id) => !store.in(target).has(id));
    if (unknown.length > 0) {
      throw fieldError(field, `no ${storeNames[target] ?? target} found with the given ids`, unknown);
    }
  }
}

/** Refuses role attributes that look like role expressions. */
export function checkRoleAttributes(next: Fields): void {
  const wrong = rolesOf(next, "roleAttributes").find((role) => /^[#@]/.test(role));
  if (wrong !== undefined) {
    throw fieldError("roleAttributes", `role attributes may not be prefixed with ${wrong[0]}`, wrong);
  }
}

// By id, by #all, or by attributes as the semantic says.
function isMatch(roles: readonly string[], semantic: unknown, entity: Entity): boolean {
  if (roles.includes(`@${entity.id}`) || roles.includes("#all")) return true;
  const wanted = roles.filter((role) => role.startsWith("#")).map((role) => role.slice(1));
  if (wanted.length === 0) return false;
  const attributes = rolesOf(entity, "roleAttributes");
  return semantic === "AllOf"
    ? wanted.every((role) => attributes.includes(role))
    : wanted.some((role) => attributes.includes(role));
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

// Which objects a policy selects is written down, by field, as ids.
type Selections = Record<string, string[]>;

function setSelection(store: Store, collection: string, policy: Entity, field: string, ids: string[]): void {
  const current = store.in(collection).get(policy.id) ?? policy;
  const selections = { ...(current.selections as Selections | undefined), [field]: ids };
  store.in(collection).set(policy.id, { ...current, selections });
}

function selectionOf(policy: Entity, field: string): string[] {
  return (policy.selections as Selections | undefined)?.[field] ?? [];
}

/**
 * Writes down what policies select after an object was written. As in the engine, a policy looks anew only at the
 * fields whose roles changed, and an object is looked at only when its attributes changed: a change of `semantic`
 * alone has no effect on what was selected before.
 */
export function relink(store: Store, collection: string, entity: Entity, previous?: Entity): void {
  for (const { field, target } of roleFields.filter((entry) => entry.collection === collection)) {
    const roles = rolesOf(entity, field);
    if (previous !== undefined && isSame(roles, rolesOf(previous, field))) continue;
    const selected = store.all(target).filter((candidate) => isMatch(roles, entity.semantic, candidate));
    setSelection(
      store,
      collection,
      entity,
      field,
      selected.map(({ id }) => id),
    );
  }
  const attributes = rolesOf(entity, "roleAttributes");
  if (previous !== undefined && isSame(attributes, rolesOf(previous, "roleAttributes"))) return;
  for (const { collection: policies, field } of roleFields.filter((entry) => entry.target === collection)) {
    for (const policy of store.all(policies)) {
      const others = selectionOf(policy, field).filter((id) => id !== entity.id);
      const isSelected = isMatch(rolesOf(policy, field), policy.semantic, entity);
      setSelection(store, policies, policy, field, isSelected ? [...others, entity.id] : others);
    }
  }
}

/** True when the policy selects the object, in the one field that can. */
export function selects(collection: string, policy: Entity, target: string, entity: Entity): boolean {
  const entry = roleFields.find((field) => field.collection === collection && field.target === target);
  return entry !== undefined && selectionOf(policy, entry.field).includes(entity.id);
}

/** The `…RolesDisplay` fields of a policy: each role with the name of the object it stands for. */
export function toRoleDisplays(store: Store, collection: string, policy: Entity): Fields {
  const displays: Fields = {};
  for (const { field, target } of roleFields.filter((entry) => entry.collection === collection)) {
    displays[`${field}Display`] = rolesOf(policy, field).map((role) => {
      const named = role.startsWith("@") ? store.in(target).get(role.slice(1)) : undefined;
      return { role, name: named === undefined ? role : `@${String(named.name)}` };
    });
  }
  return displays;
}

/** Takes a deleted object's id out of every policy that named it; a list that becomes empty reads null. */
export function removeReferences(store: Store, target: string, id: string): void {
  for (const { collection, field } of roleFields.filter((entry) => entry.target === target)) {
    for (const policy of store.all(collection)) {
      const roles = rolesOf(policy, field);
      if (!roles.includes(`@${id}`)) continue;
      const left = roles.filter((role) => role !== `@${id}`);
      store.in(collection).set(policy.id, { ...policy, [field]: left.length === 0 ? null : left });
    }
  }
}
