import ipaddr from "ipaddr.js";
import { domainFault } from "./names";
import { kindOf, refuse, text, type TextFault, type ValueType } from "./value-type";

const lastPort = 65535;

/** A TCP port. */
export const portNumber: ValueType<number> = {
  allowed: `a whole number from 1 to ${lastPort}`,
  read(given) {
    if (typeof given === "string" && /^\d+$/.test(given)) {
      return refuse("is text: write the number without quotes", inRange(Number(given)) ? Number(given) : undefined);
    }
    if (typeof given !== "number") return refuse(`is ${kindOf(given)}, a number is needed`);
    return inRange(given) ? { value: given } : refuse("is outside the range of ports");
  },
};

const [firstNodePort, lastNodePort] = [30000, 32767];

/** A port that Kubernetes opens on every node, in the range that it takes unless told otherwise. */
export const nodePort: ValueType<number> = {
  allowed: `a whole number from ${firstNodePort} to ${lastNodePort}`,
  read(given) {
    const reading = portNumber.read(given);
    if (!("value" in reading)) return { faults: reading.faults.map(({ at, reason }) => ({ at, reason })) };
    const isNodePort = reading.value >= firstNodePort && reading.value <= lastNodePort;
    return isNodePort ? reading : refuse("is outside the range of node ports");
  },
};

const inRange = (port: number) => Number.isInteger(port) && port >= 1 && port <= lastPort;

/** An address block such as 203.0.113.0/24, in normal form. */
export const addressBlock: ValueType<string> = text("an IPv4 or IPv6 block such as 203.0.113.0/24", blockFault);

/** The IP address of a DNS resolver. */
export const resolverAddress: ValueType<string> = text("an IPv4 or IPv6 address", (given) =>
  ipaddr.isValid(given) && /[.:].*[.:]/.test(given) ? undefined : { reason: "is no IP address" },
);

/** An address block that is not the whole internet. */
export const boundedBlock: ValueType<string> = text(
  "an IPv4 or IPv6 block such as 203.0.113.0/24, not the whole internet",
  (given) => {
    const fault = blockFault(given);
    if (fault !== undefined) return fault;
    return /\/0$/.test(given) ? { reason: "is the whole internet: name the providers' blocks" } : undefined;
  },
);

function blockFault(given: string): TextFault | undefined {
  if (ipaddr.isValid(given)) {
    const single = `${given}/${ipaddr.parse(given).kind() === "ipv4" ? 32 : 128}`;
    return { reason: "has no prefix length", suggestion: normalBlock(single) };
  }
  if (!ipaddr.isValidCIDR(given)) {
    const name = given.replace(/\/.*$/, "");
    const isName = /[a-z]/i.test(name) && !name.includes(":") && domainFault(name.toLowerCase()) === undefined;
    return {
      reason: isName
        ? "is a host name, and network policies match addresses only; by name a network plugin does it (Cilium: toFQDNs)"
        : "is no address block",
    };
  }
  const normal = normalBlock(given);
  if (normal === given) return undefined;
  return {
    reason: `is not in normal form (address bits right of the prefix, or spelling): ${normal}`,
    suggestion: normal,
  };
}

function normalBlock(given: string): string {
  const [address, prefix] = ipaddr.parseCIDR(given);
  const family = address.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${family.networkAddressFromCIDR(given).toString()}/${prefix}`;
}

/** The addresses of an OpenZiti controller: scheme https, host and port only; of a cluster several, with commas between. */
export const controllerUrl: ValueType<string> = text(
  "https://<host>[:<port>], without path, query or credentials; of a cluster one for each controller, with commas between",
  (given) => {
    const faults = controllerUrlsOf(given).map(controllerUrlFault);
    const reason = faults.find((fault) => fault !== undefined)?.reason;
    if (reason === undefined) return undefined;
    const suggested = faults.map((fault, index) =>
      fault === undefined ? controllerUrlsOf(given)[index] : fault.suggestion,
    );
    return suggested.includes(undefined) ? { reason } : { reason, suggestion: suggested.join(",") };
  },
);

/** The single addresses in the text of `controllerUrl`. */
export function controllerUrlsOf(text: string): readonly string[] {
  return text.split(",").map((url) => url.trim());
}

function controllerUrlFault(given: string): TextFault | undefined {
  const url = tryParseUrl(given);
  if (url === undefined) return { reason: "is no URL" };
  const reasons = [
    ...(url.protocol === "https:" ? [] : [`uses ${url.protocol}//, and credentials may travel over TLS only`]),
    ...(url.username === "" && url.password === "" ? [] : ["contains credentials"]),
    ...(url.pathname === "/" && !given.endsWith("/") ? [] : ["has a path: the program adds the API's own"]),
    ...(url.search === "" && url.hash === "" ? [] : ["has a query or fragment"]),
  ];
  if (reasons.length === 0) return undefined;
  return { reason: reasons.join("; "), suggestion: `https://${url.host}` };
}

function tryParseUrl(given: string): URL | undefined {
  return URL.canParse(given) && given.includes("://") ? new URL(given) : undefined;
}

/** Where charts come from: a chart repository, an OCI registry, or a folder that holds the charts. */
export const chartSource: ValueType<string> = text(
  "https://<chart repository>, oci://<registry>/<path>, or a folder that starts with ./ or /",
  (given) => {
    if (/^(\.{0,2}\/)/.test(given)) return undefined;
    const url = tryParseUrl(given);
    if (url === undefined) return { reason: "is neither a URL nor a folder" };
    if (url.username !== "" || url.password !== "") return { reason: "contains credentials" };
    if (url.protocol === "https:" || url.protocol === "oci:") return undefined;
    return { reason: `has the scheme ${url.protocol}//`, suggestion: given.replace(url.protocol, "https:") };
  },
);

/** Where the public reaches a load balancer: an IP address or a DNS name. */
export const publicAddress: ValueType<string> = text("an IP address or a DNS name", (given) =>
  ipaddr.isValid(given) ? undefined : domainFault(given),
);
