import type { Named } from "../../kubernetes/reading";

/** Whether an object has every label of a selector. */
export function isSelected({ metadata }: Named, selector: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([key, value]) => metadata.labels?.[key] === value);
}
