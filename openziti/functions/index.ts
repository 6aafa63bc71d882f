import { foreignGrants } from "./foreign-grants";
import type { ProviderFunction } from "./function";
import { getIdentity, getService, listServices, policyAdvice } from "./lookups";

/** Every function the provider answers. */
export const functions: readonly ProviderFunction[] = [
  getService,
  getIdentity,
  listServices,
  policyAdvice,
  foreignGrants,
];

/** The token of a function, as a program invokes it. */
export function functionToken({ name }: ProviderFunction): string {
  return `openziti:index:${name}`;
}

/** The function with this token, or undefined. */
export function tryFindFunction(token: string): ProviderFunction | undefined {
  return functions.find((each) => functionToken(each) === token);
}
