import type { OfflineObject } from "./object";
import type { OfflineStack } from "./stack";

/**
 * Runs the real program for a stack and returns every object it registers, sorted. Pulumi's mocks are global to the
 * process: one run at a time. Rejects with what the program throws.
 */
export async function registerObjects(stack: OfflineStack): Promise<readonly OfflineObject[]> {
  // Pulumi's SDK takes a second to load: only who registers anything waits for it.
  const registration = await import("./registration.js");
  return registration.registerObjects(stack);
}
