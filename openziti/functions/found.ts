import type { Entity } from "../client/envelope";
import { RefusedError } from "../engine/errors";
import type { Value } from "../values";
import type { Asked, Result } from "./function";

/** What is told of any object that is found: its id, name, attributes and tags. */
export const objectResults: readonly Result[] = [
  { name: "id", type: "string", description: "Id in the controller, as `@id` takes it in a list of roles." },
  { name: "name", type: "string", description: "Name in the controller." },
  { name: "roleAttributes", type: "texts", description: "Attributes policies select the object by, without `#`." },
];

/** An object as functions tell of it. */
export function toFound(entity: Entity): {
  readonly id: string;
  readonly name: string;
  readonly roleAttributes: Value;
} {
  return { id: entity.id, name: entity.name, roleAttributes: textsOf(entity, "roleAttributes") };
}

/** A list of texts of an object; the controller shows an empty one as null. */
export function textsOf(entity: Entity, field: string): readonly string[] {
  return (entity[field] as readonly string[] | null | undefined) ?? [];
}

/** The object with this name. Fails when there is none, and says how to find the right one. */
export async function findNamed({ controller }: Asked, collection: string, name: string): Promise<Entity> {
  const entity = await controller.tryFind(collection, { name });
  if (entity !== undefined) return entity;
  throw new RefusedError(
    `The controller has no ${JSON.stringify(name)} in ${collection}. Names are compared with case and blanks.`,
  );
}
