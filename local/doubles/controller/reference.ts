import type { Entity, Fields } from "./store";

/** The short form in which one object shows another: id, name, kind, links. */
export function toReference(collection: string, entity: Entity): Fields {
  return {
    _links: { self: { href: `./${collection}/${entity.id}` } },
    entity: collection,
    id: entity.id,
    name: entity.name,
  };
}
