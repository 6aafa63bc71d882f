import { Secret } from "../secret";

/** One thing wrong with a value. `at` is the place inside it, such as "[0].because"; `suggestion` a value that would do. */
export interface ValueFault {
  readonly at: string;
  readonly reason: string;
  readonly allowed?: string;
  readonly suggestion?: unknown;
  /** The part at `at` has to be removed, not changed. */
  readonly remove?: true;
}

/** A value that was read, or everything wrong with it. */
export type Reading<T> =
  | { readonly value: T }
  | {
      readonly faults: readonly ValueFault[];
      /** A list of which only some items are wrong: the others in their places, a hole for each wrong one. */
      readonly accepted?: T;
    };

/** What a field accepts. */
export interface ValueType<T> {
  /** The accepted values as a phrase: "a port number, 1 to 65535". */
  readonly allowed: string;
  readonly read: (given: unknown) => Reading<T>;
}

/** What is wrong with a text, and a text that would do. */
export interface TextFault {
  readonly reason: string;
  readonly suggestion?: string;
}

/** A reading that failed as a whole. */
export function refuse(reason: string, suggestion?: unknown): { readonly faults: readonly ValueFault[] } {
  return { faults: [suggestion === undefined ? { at: "", reason } : { at: "", reason, suggestion }] };
}

/** The kind of a value from a stack file, as a person calls it. */
export function kindOf(given: unknown): string {
  if (given === null || given === undefined) return "empty";
  if (Array.isArray(given)) return "a list";
  if (typeof given === "object") return "a group of keys";
  return { string: "text", number: "a number", boolean: "true or false" }[typeof given as string] ?? typeof given;
}

/** Text that passes `check`. */
export function text(
  allowed: string,
  check: (given: string) => TextFault | undefined = () => undefined,
): ValueType<string> {
  return {
    allowed,
    read(given) {
      if (typeof given === "number" || typeof given === "boolean") {
        return refuse(`is ${kindOf(given)}, text is needed: write it in quotes`, String(given));
      }
      if (typeof given !== "string") return refuse(`is ${kindOf(given)}, text is needed`);
      if (given.trim() === "") return refuse("is empty");
      if (given.trim() !== given) return refuse("starts or ends with white space", given.trim());
      const fault = check(given);
      return fault === undefined ? { value: given } : refuse(fault.reason, fault.suggestion);
    },
  };
}

/** Text of several lines, such as the content of a file; white space around it is kept. */
export function content(allowed: string): ValueType<string> {
  return {
    allowed,
    read(given) {
      if (typeof given !== "string") return refuse(`is ${kindOf(given)}, text is needed`);
      return given.trim() === "" ? refuse("is empty") : { value: given };
    },
  };
}

/** One of a few words. */
export function oneOf<const T extends string>(...words: readonly T[]): ValueType<T> {
  const plain = text(words.join(" or "));
  return {
    allowed: words.map((word) => `"${word}"`).join(" or "),
    read(given) {
      const reading = plain.read(given);
      const found = words.find((word) => word === given);
      if (found !== undefined) return { value: found };
      return "faults" in reading ? reading : refuse("is not among the allowed values", words[0]);
    },
  };
}

/** true or false. */
export const flag: ValueType<boolean> = {
  allowed: "true or false",
  read(given) {
    if (typeof given === "boolean") return { value: given };
    const meant = given === "true" ? true : given === "false" ? false : undefined;
    return refuse(`is ${kindOf(given)}, not true or false`, meant);
  },
};

/** A sensitive text. A value that is encrypted in a stack file is accepted as it is. */
export function secretText(inner: ValueType<string>): ValueType<Secret> {
  return {
    allowed: inner.allowed,
    read(given) {
      if (isCiphertext(given)) return { value: Secret.sealed() };
      const reading = inner.read(given);
      if ("value" in reading) return { value: new Secret(reading.value) };
      // A suggestion is derived from the value, so it would show it.
      return { faults: reading.faults.map(({ at, reason }) => ({ at, reason })) };
    },
  };
}

function isCiphertext(given: unknown): boolean {
  return typeof given === "object" && given !== null && "secure" in given && typeof given.secure === "string";
}
