import { closest, distance } from "fastest-levenshtein";

const shortest = 6;
const long = 8;

/**
 * The known name that `name` is probably a misspelling of; undefined when it is known, short, or something else. Names
 * that differ in digits alone, or by a suffix after a hyphen, are siblings and no mistakes.
 */
export function tryFindNear(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || known.includes(name) || name.length < shortest) return undefined;
  const near = closest(name, known);
  const isSibling = withoutDigits(near) === withoutDigits(name) || name.startsWith(`${near}-`);
  return !isSibling && distance(name, near) <= (name.length < long ? 1 : 2) ? near : undefined;
}

/** The part of a problem that names everything known, and what was probably meant. */
export function meant(name: string, known: readonly string[]) {
  const suggestion = closest(name, known);
  return { allowed: [...known].sort().join(", "), fix: `Did you mean "${suggestion}"?`, suggestion };
}

const withoutDigits = (name: string) => name.replace(/-?[0-9]+/g, "");
