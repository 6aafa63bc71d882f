/** The element with this id. Throws when the page has none or one of another class: the page and its script are one. */
export function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the report has no ${kind.name} "${id}"`);
  return found;
}
