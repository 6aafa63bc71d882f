/** A filter that matches a property with exactly this text. Encode once, when the filter becomes part of a query. */
export function equals(property: string, value: string): string {
  return `${property} = "${value.replace(/[\\"]/g, (character) => `\\${character}`)}"`;
}
