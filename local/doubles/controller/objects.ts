import { fieldError, notFound } from "./errors";
import { Kind, checkBody, toPatched, toReplaced } from "./kind";
import { toLinks } from "./reference";
import { relink, removeReferences } from "./roles";
import type { Entity, Fields } from "./store";
import type { World } from "./world";

/** The object with this id; 404 when there is none. */
export function findObject(world: World, kind: Kind, id: string): Entity {
  const entity = world.store.in(kind.collection).get(id);
  if (entity === undefined) throw notFound(kind.singular, id);
  return entity;
}

/** POST: creates an object and returns it. */
export function createObject(world: World, kind: Kind, body: Fields): Entity {
  checkBody(kind, "create", body);
  const next = toReplaced(kind, "create", body);
  kind.check?.(world, next, undefined, "create");
  if ("name" in kind.fields) {
    if (next.name === "") throw fieldError("name", "name is required", next.name);
    if (isNameTaken(world, kind, next.name)) throw fieldError("name", "name must be unique", next.name);
  }
  const entity = world.store.insert(kind.collection, next);
  relink(world.store, kind.collection, entity);
  kind.written?.(world, entity, body);
  return entity;
}

/**
 * PUT and PATCH. A change of name to one that is taken, or to an empty one, is answered with success and does nothing
 * at all: the engine drops that error together with everything else the request asked for.
 */
export function updateObject(world: World, kind: Kind, id: string, write: "replace" | "patch", body: Fields): void {
  checkBody(kind, write, body);
  const next = write === "patch" ? toPatched(kind, body) : toReplaced(kind, write, body);
  const previous = findObject(world, kind, id);
  const renamed = "name" in next && next.name !== previous.name;
  if (renamed && (next.name === "" || isNameTaken(world, kind, next.name))) return;
  kind.check?.(world, next, previous, write);
  const entity = world.store.update(kind.collection, id, next);
  relink(world.store, kind.collection, entity, previous);
  kind.written?.(world, entity, body, previous);
}

/** DELETE: removes an object and the policies' references to it. */
export function deleteObject(world: World, kind: Kind, id: string): void {
  const entity = findObject(world, kind, id);
  kind.removing?.(world, entity);
  world.store.in(kind.collection).delete(id);
  removeReferences(world.store, kind.collection, id);
}

function isNameTaken(world: World, kind: Kind, name: unknown): boolean {
  return world.store.tryFindByName(kind.collection, name) !== undefined;
}

/** The object as GET shows it. */
export function toDetail(world: World, kind: Kind, entity: Entity): Fields {
  const shown = { tags: {}, ...entity, _links: toLinks(kind.collection, entity) };
  return { ...shown, ...kind.toDetail?.(world, entity) };
}
