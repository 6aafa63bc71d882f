/** A filter that matches a property with exactly this text. Encode once, when the filter becomes part of a query. */
export function equals(property: string, value: string): string {
  return `${property} = ${quoted(value)}`;
}

/** A filter that matches a list property which has at least one of these texts. */
export function anyOf(property: string, values: readonly string[]): string {
  return `anyOf(${property}) in [${values.map(quoted).join(", ")}]`;
}

/** A filter that matches what every one of these filters matches. */
export function all(filters: readonly string[]): string {
  return filters.join(" and ");
}

/** A filter that matches objects which carry each of these tags with exactly its text. */
export function tagged(tags: Readonly<Record<string, string>>): string {
  return all(Object.entries(tags).map(([tag, value]) => equals(`tags.${tag}`, value)));
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, (character) => `\\${character}`)}"`;
}
