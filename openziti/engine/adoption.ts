import type { Controller } from "../client/client";
import { isOwn } from "../client/envelope";
import { keyOf, type Kind } from "../kinds/kind";
import { containsUnknown, type Properties, type Value } from "../values";
import { nameOf, ownerOf } from "./errors";
import { mismatches, toProperties } from "./translate";

const hidden = "[secret]";

function shown(value: Value | undefined, isSecret: boolean): string {
  return isSecret ? hidden : JSON.stringify(value ?? null);
}

/**
 * What creating an object would take over under its name, and change there: a sentence for the preview. Undefined when the
 * name is free or the object is the stack's own. Inputs may hold unknowns, which are left out of the comparison.
 */
export async function describeAdoption(
  controller: Controller,
  kind: Kind,
  inputs: Properties,
  { ownTags, secrets }: { readonly ownTags: Readonly<Record<string, string>>; readonly secrets: ReadonlySet<string> },
): Promise<string | undefined> {
  const known = Object.fromEntries(Object.entries(inputs).filter(([, value]) => !containsUnknown(value)));
  const key = keyOf(kind, known);
  if (Object.values(key).some((text) => text === "")) return undefined;
  const existing = await controller.tryFind(kind.collection, key);
  if (existing === undefined || isOwn(existing, ownTags)) return undefined;
  const actual = toProperties(kind, existing);
  const changes = mismatches(kind, existing, known).map(
    (name) => `${name} ${shown(actual[name], secrets.has(name))} -> ${shown(known[name], secrets.has(name))}`,
  );
  const change = changes.length === 0 ? "and changes nothing but its tags" : `and changes ${changes.join(", ")}`;
  return `${nameOf(kind, existing)} exists already and belongs to ${ownerOf(existing)}: adopt takes it over, ${change}.`;
}
