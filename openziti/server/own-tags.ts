/** Tags every object of the stack carries: without digits and dots, so that the controller can filter by them. */
export function ownTagsOf(stack: string): Readonly<Record<string, string>> {
  return { "agyn-managed-by": "agyn-networking", "agyn-stack": stack };
}
