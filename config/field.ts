import type { Secret, Settings } from "./settings";
import type { ValueType } from "./values/value-type";

type Leaf = string | number | boolean | Secret | readonly unknown[];
type PathsOf<T> = {
  [K in keyof T & string]-?: NonNullable<T[K]> extends Leaf
    ? K
    : string extends keyof NonNullable<T[K]>
      ? K // a map whose keys are the operator's: one value
      : `${K}.${PathsOf<NonNullable<T[K]>>}`;
}[keyof T & string];
type ValueOf<T, P extends string> = P extends `${infer Head}.${infer Tail}`
  ? Head extends keyof T
    ? ValueOf<NonNullable<T[Head]>, Tail>
    : never
  : P extends keyof T
    ? NonNullable<T[P]>
    : never;

/** Every leaf of Settings as a dotted path: "ingress.tls.mode". */
export type SettingPath = PathsOf<Settings>;

/** The type of the setting at path P, without undefined. */
type SettingValue<P extends SettingPath> = ValueOf<Settings, P>;

/**
 * The settings known so far, by path. A setting that is unset or was refused is absent; a list of which some items were
 * refused has holes in their places, which flatMap and forEach pass by.
 */
export type Draft = { readonly [P in SettingPath]?: SettingValue<P> };

/** The answer of a default that nobody but the user can give. */
export const required = Symbol("required");

/** What a field is when the user says nothing: `text` for the documentation, `resolve` for the program. */
export interface Default<T> {
  readonly text: string;
  readonly resolve: (draft: Draft) => T | undefined | typeof required;
}

/** One row of the table of fields. */
export interface Field<T> {
  readonly type: ValueType<T>;
  readonly help: string;
  /** A valid value in the form a stack file has it, used in fix commands and documentation. */
  readonly example: unknown;
  readonly bootstrap: Default<T>;
  readonly production: Default<T>;
  /** Encrypted in the stack file and never printed. */
  readonly secret?: true;
}

/** The table of fields: one row per leaf of Settings, so a setting without a row does not compile. */
export type Fields = { readonly [P in SettingPath]: Field<SettingValue<P>> };

/** A fixed default. */
export function value<T>(fixed: T): Default<T> {
  return { text: `\`${JSON.stringify(fixed)}\``, resolve: () => fixed };
}

/** A default computed from settings that stand above the field in the table. */
export function derived<T>(text: string, resolve: Default<T>["resolve"]): Default<T> {
  return { text, resolve };
}

/** No default: the user has to give the value. */
export const mandatory: Default<never> = { text: "**required**", resolve: () => required };

/** No default and none needed. */
export const unset: Default<never> = { text: "not set", resolve: () => undefined };

/** The same default in both profiles. */
export function both<T>(rule: Default<T>): { bootstrap: Default<T>; production: Default<T> } {
  return { bootstrap: rule, production: rule };
}

/** One default per profile. */
export function perProfile<T>(bootstrap: Default<T>, production: Default<T>) {
  return { bootstrap, production };
}
