import type { Entity } from "../client/envelope";
import { anyOf } from "../client/filter";
import { textsOf } from "./found";
import type { Asked, ProviderFunction } from "./function";
import { type ForeignGrant, grantsDescription } from "./grant";

/** Something a service policy may select: one of our services, or all that will ever carry an attribute of our policies. */
interface Target {
  readonly shown: string;
  readonly id?: string;
  readonly attributes: readonly string[];
}

/** Service policies without this stack's tags that reach its services. */
export const foreignGrants: ProviderFunction = {
  name: "foreignGrants",
  description:
    "Service policies that are not this stack's and let somebody dial or bind its services, or services that its own " +
    "policies select by attribute.",
  parameters: [],
  results: [{ name: "grants", type: "records", description: grantsDescription }],
  answer: async (asked) => ({ grants: await listForeignGrants(asked) }),
};

/** Three list requests, however many policies others have: the controller looks for those that can reach us. */
export async function listForeignGrants({ controller, listOwn }: Asked): Promise<ForeignGrant[]> {
  const [services, policies] = await Promise.all([listOwn("services"), listOwn("service-policies")]);
  const targets = [...services.map(toTarget), ...attributesOf(policies).map(toAttributeTarget)];
  if (targets.length === 0) return [];
  const candidates = await controller.list("service-policies", anyOf("serviceRoles", reachingRoles(targets)));
  const mine = new Set(policies.map(({ id }) => id));
  return candidates
    .filter(({ id }) => !mine.has(id))
    .map((policy) => toGrant(policy, targets))
    .filter(({ services: reached }) => reached.length > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function toTarget(service: Entity): Target {
  return { shown: service.name, id: service.id, attributes: textsOf(service, "roleAttributes") };
}

function toAttributeTarget(attribute: string): Target {
  return { shown: `#${attribute}`, attributes: [attribute] };
}

function attributesOf(policies: readonly Entity[]): string[] {
  const roles = policies.flatMap((policy) => textsOf(policy, "serviceRoles"));
  return [...new Set(roles.filter((role) => role.startsWith("#") && role !== "#all"))].map((role) => role.slice(1));
}

function reachingRoles(targets: readonly Target[]): string[] {
  const roles = targets.flatMap(({ id, attributes }) => [
    ...(id === undefined ? [] : [`@${id}`]),
    ...attributes.map((attribute) => `#${attribute}`),
  ]);
  return [...new Set(["#all", ...roles])];
}

function toGrant(policy: Entity, targets: readonly Target[]): ForeignGrant {
  const serviceRoles = textsOf(policy, "serviceRoles");
  const { type, semantic } = policy as unknown as Pick<ForeignGrant, "type" | "semantic">;
  const reached = targets.filter((target) => isReached(target, serviceRoles, semantic));
  return {
    ...{ id: policy.id, name: policy.name, type, semantic, serviceRoles },
    identityRoles: textsOf(policy, "identityRoles"),
    services: [...new Set(reached.map(({ shown }) => shown))].sort(),
  };
}

/** As the controller selects: by id, by `#all`, or by attributes as the semantic says. */
function isReached({ id, attributes }: Target, roles: readonly string[], semantic: ForeignGrant["semantic"]): boolean {
  if (roles.includes("#all") || roles.includes(`@${id}`)) return true;
  const wanted = roles.filter((role) => role.startsWith("#")).map((role) => role.slice(1));
  if (wanted.length === 0) return false;
  const has = (attribute: string) => attributes.includes(attribute);
  return semantic === "AllOf" ? wanted.every(has) : wanted.some(has);
}
