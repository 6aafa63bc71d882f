import type { Draft } from "../field";
import type { Fault } from "../problems";

/** A check over several settings. Settings that are unset or already refused are absent from the draft. */
export type Rule = (draft: Draft, now: Date) => readonly Fault[];

/** The groups of keys that share a value, each with two keys at least. */
export function sharedValues(
  entries: readonly (readonly [key: string, value: string | undefined])[],
): readonly string[][] {
  const keysByValue = new Map<string, string[]>();
  for (const [key, value] of entries) {
    if (value !== undefined) keysByValue.set(value, [...(keysByValue.get(value) ?? []), key]);
  }
  return [...keysByValue.values()].filter((keys) => keys.length > 1);
}
