import { closestName } from "../suggest";
import { kindOf, refuse, type Reading, type ValueFault, type ValueType } from "./value-type";

/** A list of values of one type; `minimum` items at least, none twice. */
export function listOf<T>(item: ValueType<T>, allowed: string, minimum = 0): ValueType<readonly T[]> {
  return {
    allowed,
    read(given) {
      if (!Array.isArray(given)) return refuse(`is ${kindOf(given)}, a list is needed`);
      if (given.length < minimum) return refuse(`has ${given.length} items, at least ${minimum} needed`);
      return collect(given.map((element, index) => at(`[${index}]`, item.read(element), item.allowed)));
    },
  };
}

/** A part of a record that may be left out. */
export function optional<T>(type: ValueType<T>): ValueType<T | undefined> & { readonly optional: true } {
  return { ...type, optional: true };
}

type Part<T> = ValueType<T> & { readonly optional?: true };

/** An object with exactly the given keys, all of them needed but for the optional ones. */
export function record<T extends object>(parts: { readonly [K in keyof T]-?: Part<T[K]> }): ValueType<T> {
  const names = Object.keys(parts) as (keyof T & string)[];
  const allowed = `an object with ${names.map((name) => (parts[name].optional ? `${name}?` : name)).join(", ")}`;
  return {
    allowed,
    read(given) {
      if (typeof given !== "object" || given === null || Array.isArray(given)) {
        return refuse(`is ${kindOf(given)}, ${allowed} is needed`);
      }
      const faults: ValueFault[] = unknownKeys(Object.keys(given), names);
      const entries: [string, unknown][] = [];
      for (const name of names) {
        if (parts[name].optional && !Object.hasOwn(given, name)) continue;
        const reading = readPart(given as Partial<Record<string, unknown>>, name, parts[name]);
        if ("value" in reading) entries.push([name, reading.value]);
        else faults.push(...reading.faults);
      }
      return faults.length > 0 ? { faults } : { value: Object.fromEntries(entries) as T };
    },
  };
}

/** One of two types, tried in order; the faults are those of the second. */
export function either<A, B>(first: ValueType<A>, second: ValueType<B>): ValueType<A | B> {
  return {
    allowed: `${first.allowed} or ${second.allowed}`,
    read(given) {
      const reading = first.read(given);
      return "value" in reading ? reading : second.read(given);
    },
  };
}

function readPart<T>(given: Partial<Record<string, unknown>>, name: string, type: ValueType<T>): Reading<T> {
  if (!Object.hasOwn(given, name)) return { faults: [{ at: `.${name}`, reason: "is missing", allowed: type.allowed }] };
  return at(`.${name}`, type.read(given[name]), type.allowed);
}

function unknownKeys(given: readonly string[], known: readonly string[]): ValueFault[] {
  return given
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = closestName(name, known);
      const hint = near === undefined ? "" : `: did you mean "${near}"?`;
      return { at: `.${name}`, reason: `is an unknown key${hint}`, allowed: known.join(", "), remove: true };
    });
}

function at<T>(place: string, reading: Reading<T>, allowed: string): Reading<T> {
  if ("value" in reading) return reading;
  return { faults: reading.faults.map((fault) => ({ allowed, ...fault, at: place + fault.at })) };
}

function collect<T>(readings: readonly Reading<T>[]): Reading<readonly T[]> {
  const faults = readings.flatMap((reading) => ("faults" in reading ? reading.faults : []));
  const accepted = new Array<T>(readings.length);
  readings.forEach((reading, index) => {
    if ("value" in reading) accepted[index] = reading.value;
  });
  return faults.length > 0 ? { faults, accepted } : { value: accepted };
}
