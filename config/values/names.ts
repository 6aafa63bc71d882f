import ipaddr from "ipaddr.js";
import { parse as parseHost } from "tldts";
import { text, type TextFault, type ValueType } from "./value-type";

const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const longestLabel = 63;
const longestName = 253;

/** A public DNS name with at least two labels. */
export const domainName: ValueType<string> = text(
  "a DNS name in lower case with two labels or more, no scheme, port, path, wildcard or trailing dot",
  domainFault,
);

/** What makes a DNS name unusable, with the nearest name that would do. */
export function domainFault(given: string): TextFault | undefined {
  if (ipaddr.isValid(given)) return { reason: "is an IP address, a DNS name is needed" };
  const reasons = [...wholeNameReasons(given), ...labelReasons(bareName(given))];
  if (reasons.length === 0) return undefined;
  const normal = normalizedName(given);
  const suggestion = normal !== given && domainFault(normal) === undefined ? { suggestion: normal } : {};
  return { reason: reasons.join("; "), ...suggestion };
}

function wholeNameReasons(given: string): string[] {
  const checks: [boolean, string][] = [
    [/^[a-z][a-z0-9+.-]*:\/\//i.test(given), "has a scheme"],
    [/:\d+/.test(given), "has a port"],
    [/[^/:]\/|^\//.test(given), "has a path"],
    [given.includes("*"), "is a wildcard"],
    [bareName(given).endsWith("."), "ends with a dot"],
    [bareName(given).length > longestName, `is longer than ${longestName} characters`],
  ];
  return checks.flatMap(([applies, reason]) => (applies ? [reason] : []));
}

function labelReasons(name: string): string[] {
  const labels = name.replace(/\.$/, "").replace(/^\*\./, "").split(".");
  const reasons = labels.length < 2 ? ["has only one label"] : [];
  return [...reasons, ...labels.flatMap(labelFault)];
}

function labelFault(part: string): string[] {
  if (part === "") return ["has an empty label"];
  if (part.length > longestLabel) return [`label "${part.slice(0, 12)}…" is longer than ${longestLabel} characters`];
  if (part !== part.toLowerCase()) return [`label "${part}" has upper-case letters`];
  return label.test(part) ? [] : [`label "${part}" may have only a-z, 0-9 and "-" between them`];
}

function bareName(given: string): string {
  return given
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, "")
    .replace(/^[^/@]*@/, "")
    .replace(/\/.*$/, "")
    .replace(/:\d*$/, "");
}

function normalizedName(given: string): string {
  return bareName(given)
    .toLowerCase()
    .replace(/^\*\./, "")
    .replaceAll("_", "-")
    .split(".")
    .filter((part) => part !== "")
    .join(".");
}

/** A DNS zone of the overlay: it may have one label, but no zone of the public internet and not `.local`. */
export const overlayZone: ValueType<string> = text(
  'a DNS zone in lower case that the public internet does not have, such as "ziti"',
  (given) => {
    const zone = given.replace(/^\./, "");
    if (zone !== given) return { reason: "starts with a dot", suggestion: zone };
    const reasons = zone.split(".").flatMap(labelFault);
    if (reasons.length > 0) return { reason: reasons.join("; "), suggestion: "ziti" };
    if (/(^|\.)local$/.test(zone)) return { reason: "belongs to multicast DNS (.local)", suggestion: "ziti" };
    if (/(^|\.)localhost$/.test(zone)) return { reason: "resolves to the machine itself", suggestion: "ziti" };
    const { publicSuffix, isIcann } = parseHost(`x.${zone}`);
    if (!isIcann || publicSuffix !== zone) return undefined;
    return { reason: "is a public top-level domain: the overlay would hide those internet names", suggestion: "ziti" };
  },
);

/** A name of one DNS label: Kubernetes namespaces and Services. */
export function labelName(what: string): ValueType<string> {
  return text(`${what}: a-z, 0-9 and "-" between them, at most ${longestLabel} characters`, (given) => {
    const [reason] = given.includes(".") ? ["has a dot"] : labelFault(given);
    return reason === undefined ? undefined : { reason };
  });
}

/** A name of DNS labels joined by dots: ServiceAccounts, Secrets, issuers. */
export function objectName(what: string): ValueType<string> {
  return text(`${what}: a-z, 0-9, "-" and "." between them, at most ${longestName} characters`, (given) => {
    const reasons = given.length > longestName ? [`is longer than ${longestName} characters`] : [];
    reasons.push(...given.split(".").flatMap(labelFault));
    return reasons.length === 0 ? undefined : { reason: reasons.join("; ") };
  });
}

/** A SPIFFE trust domain: the bare name, as istiod has it. */
export const trustDomain: ValueType<string> = text(
  'a trust domain: a-z, 0-9, ".", "-" and "_", no scheme and no path',
  (given) => {
    const form = /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/;
    if (form.test(given)) return undefined;
    const bare = bareName(given).toLowerCase();
    const suggestion = bare !== given && form.test(bare) ? { suggestion: bare } : {};
    const checks: [boolean, string][] = [
      [/^[a-z][a-z0-9+.-]*:\/\//i.test(given), "has a scheme"],
      [/[^/:]\/|^\//.test(given), "has a path"],
      [/[A-Z]/.test(given), "has upper-case letters"],
    ];
    const reasons = checks.flatMap(([applies, reason]) => (applies ? [reason] : []));
    return { reason: reasons.length === 0 ? "is malformed" : reasons.join("; "), ...suggestion };
  },
);

/** Text of one form, given as a regular expression over the whole value. */
export function pattern(allowed: string, form: RegExp): ValueType<string> {
  return text(allowed, (given) => (form.test(given) ? undefined : { reason: "is malformed" }));
}
