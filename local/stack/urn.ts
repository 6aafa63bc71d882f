/** The layer of a resource: the outermost component in its URN, by the last word of that component's type. */
export function layerOf(urn: string): string {
  const [outermost = "", ...inner] = qualifiedType(urn).split("$");
  return inner.length > 0 ? lastWord(outermost) : "stack";
}

/** The kind of a resource: `Namespace` of `…$kubernetes:core/v1:Namespace`. */
export function kindOf(urn: string): string {
  return kindOfType(qualifiedType(urn).split("$").at(-1) ?? "");
}

/** The kind in a type token; objects of the overlay are marked, they have names like those of other systems. */
export function kindOfType(type: string): string {
  return type.startsWith("openziti:") ? `OpenZiti ${lastWord(type)}` : lastWord(type);
}

/** The name a program gave to a resource. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The last word of a type token. */
export function lastWord(type: string): string {
  return type.split(":").at(-1) ?? type;
}

function qualifiedType(urn: string): string {
  return urn.split("::")[2] ?? "";
}
