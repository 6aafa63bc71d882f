import { closest, distance } from "fastest-levenshtein";

// Two typing mistakes, or four in ten letters: further apart it is another word.
const mistakesFor = (name: string) => Math.max(2, Math.floor(name.length * 0.4));

/** The known name that `name` is probably a misspelling of, or undefined. */
export function closestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const near = closest(name, known);
  return distance(name.toLowerCase(), near.toLowerCase()) <= mistakesFor(name) ? near : undefined;
}

/** The known path that an unknown path probably means: one that ends the same way, else the nearest spelling. */
export function closestPath(path: string, known: readonly string[]): string | undefined {
  const leaf = path.slice(path.lastIndexOf(".") + 1);
  const sameLeaf = known.filter((candidate) => candidate.endsWith(`.${leaf}`));
  const parent = path.slice(0, path.lastIndexOf(".") + 1);
  const siblings = known.filter((name) => name.startsWith(parent) && !name.slice(parent.length).includes("."));
  const sibling = closestName(
    leaf,
    siblings.map((name) => name.slice(parent.length)),
  );
  if (sibling !== undefined) return parent + sibling;
  return sameLeaf.length === 1 ? sameLeaf[0] : closestName(path, known);
}
