import { Entity, Fields, textOf } from "./store";

// What is linked below an object of each collection.
const nested: Record<string, readonly string[]> = {
  "edge-router-policies": ["edge-routers", "identities"],
  "edge-routers": ["edge-router-policies"],
  identities: [
    "authenticators",
    "edge-router-policies",
    "edge-routers",
    "enrollments",
    "failed-service-requests",
    "posture-data",
    "service-configs",
    "service-policies",
    "services",
  ],
  "service-edge-router-policies": ["edge-routers", "services"],
  "service-policies": ["identities", "posture-checks", "services"],
  services: ["configs", "service-edge-router-policies", "service-policies", "terminators"],
};

// collection -> another object it links to, and the field that holds its id.
const owners: Record<string, { collection: string; field: string }> = {
  identities: { collection: "auth-policies", field: "authPolicyId" },
  authenticators: { collection: "identities", field: "identityId" },
};

/** The `_links` of an object. */
export function toLinks(collection: string, entity: Entity): Fields {
  const self = `./${collection}/${entity.id}`;
  const links: Fields = { self: { href: self } };
  for (const link of nested[collection] ?? []) links[link] = { href: `${self}/${link}` };
  const owner = owners[collection];
  if (owner !== undefined) links[owner.collection] = { href: `./${owner.collection}/${textOf(entity, owner.field)}` };
  return links;
}

/** The short form in which one object shows another: id, name, kind, links. */
export function toReference(collection: string, entity: Entity): Fields {
  return { _links: toLinks(collection, entity), entity: collection, id: entity.id, name: entity.name };
}
