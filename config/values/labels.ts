import { kindOf, refuse, type ValueType } from "./value-type";

const longestName = 63;
const namePart = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const prefixPart = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

function isQualified(key: string): boolean {
  const parts = key.split("/");
  const name = parts.pop() ?? "";
  const [prefix, ...more] = parts;
  if (more.length > 0 || name.length > longestName || !namePart.test(name)) return false;
  return prefix === undefined || prefixPart.test(prefix);
}

function keyedTexts(
  what: string,
  checkText: (text: string) => string | undefined,
): ValueType<Readonly<Record<string, string>>> {
  return {
    allowed: `${what}: names like example.com/name, each with a text`,
    read(given) {
      if (typeof given !== "object" || given === null || Array.isArray(given)) {
        return refuse(`is ${kindOf(given)}, a group of ${what} is needed`);
      }
      const reasons = Object.entries(given as Record<string, unknown>).flatMap(([key, text]) => {
        if (!isQualified(key)) return [`"${key}" is no name for one`];
        if (typeof text !== "string") return [`the one called ${key} is ${kindOf(text)}: write it in quotes`];
        const reason = checkText(text);
        return reason === undefined ? [] : [`the one called ${key} ${reason}`];
      });
      return reasons.length > 0
        ? { faults: reasons.map((reason) => ({ at: "", reason: `is not accepted: ${reason}` })) }
        : { value: given as Readonly<Record<string, string>> };
    },
  };
}

/** Kubernetes annotations. */
export const annotations = keyedTexts("annotations", () => undefined);

/** Kubernetes labels, as a selector asks for them. */
export const labels = keyedTexts("labels", (text) =>
  text === "" || (text.length <= longestName && namePart.test(text))
    ? undefined
    : `has "${text}", which is no label's value`,
);
