import type { Controller } from "../../openziti/client/client";
import { tagged } from "../../openziti/client/filter";
import { kinds } from "../../openziti/kinds";
import { ownTagsOf } from "../../openziti/server/own-tags";

/** An object of the controller that a stack made. */
export interface Tagged {
  /** Such as `service-policies`. */
  readonly collection: string;
  readonly name: string;
  readonly id: string;
}

/** Every object that carries a stack's tags, in the order of kinds and names. Credentials have none: they go with their identity. */
export async function findTagged(controller: Pick<Controller, "list">, stack: string): Promise<readonly Tagged[]> {
  const filter = tagged(ownTagsOf(stack));
  const named = kinds.filter(({ keyOf }) => keyOf === undefined);
  const found = await Promise.all(
    named.map(async ({ collection }) => {
      const entities = await controller.list(collection, filter);
      return entities.map(({ id, name }) => ({ collection, name, id }));
    }),
  );
  return found.map((list) => list.toSorted((a, b) => a.name.localeCompare(b.name))).flat();
}

/** Ids of the overlay's objects in the output of `pulumi stack export`. */
export function idsInState(exported: unknown): ReadonlySet<string> {
  const { deployment } = exported as { deployment?: { resources?: readonly { type: string; id?: string }[] } };
  const own = (deployment?.resources ?? []).filter(({ type }) => type.startsWith("openziti:"));
  return new Set(own.flatMap(({ id }) => (id === undefined ? [] : [id])));
}
