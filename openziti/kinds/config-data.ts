import { containsUnknown, isList, isRecord, Properties, unknown, Value } from "../values";
import { Problem } from "./kind";

/** Lists within config documents that mean the same in any order. */
export const unorderedKeys: readonly string[] = [
  "protocols",
  "addresses",
  "portRanges",
  "allowedProtocols",
  "allowedAddresses",
  "allowedPortRanges",
  "allowedSourceAddresses",
];

interface Document {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Each pair is a fixed property and the switch that forwards the dialed one instead: exactly one must be given. */
  readonly either: readonly (readonly [fixed: string, forward: string])[];
}

const documents: Readonly<Record<string, Document>> = {
  "intercept.v1": {
    required: ["protocols", "addresses", "portRanges"],
    optional: ["dialOptions", "sourceIp", "allowedSourceAddresses"],
    either: [],
  },
  "host.v1": {
    required: [],
    optional: [
      ...["allowedProtocols", "allowedAddresses", "allowedPortRanges", "allowedSourceAddresses"],
      ...["forwardAddressTranslations", "listenOptions", "portChecks", "httpChecks", "proxy"],
    ],
    either: [
      ["protocol", "forwardProtocol"],
      ["address", "forwardAddress"],
      ["port", "forwardPort"],
    ],
  },
};

const protocols: readonly Value[] = ["tcp", "udp"];
const highestPort = 65535;

/** Problems of a config's data, among them those the controller stores without complaint. Other types pass. */
export function configDataProblems({ configType, data }: Properties): readonly Problem[] {
  const document = typeof configType === "string" ? documents[configType] : undefined;
  if (document === undefined || !isRecord(data)) return [];
  return [...keyProblems(document, data), ...Object.entries(data).flatMap(([key, value]) => valueProblems(key, value))];
}

function keyProblems({ required, optional, either }: Document, data: Properties): Problem[] {
  const known = [...required, ...optional, ...either.flat()];
  const missing = required.filter((key) => data[key] === undefined);
  const strange = Object.keys(data).filter((key) => !known.includes(key));
  const undecided = either.filter(([fixed, forward]) => (data[fixed] === undefined) === (data[forward] === undefined));
  return [
    ...missing.map((key) => ({ path: `data.${key}`, reason: "is required" })),
    ...strange.map((key) => ({
      path: `data.${key}`,
      reason: `is not a property of this config type; allowed: ${known.join(", ")}`,
    })),
    ...undecided.map(([fixed, forward]) => ({
      path: `data.${fixed}`,
      reason: `give exactly one of ${fixed} and ${forward}`,
    })),
  ];
}

/** What a property must look like, by its name; the same names mean the same in both config types. */
function valueProblems(key: string, value: Value): Problem[] {
  const path = `data.${key}`;
  const each = (check: (item: Value) => string | undefined) => listProblems(path, value, check);
  if (/protocols$/i.test(key)) return each((item) => (protocols.includes(item) ? undefined : "must be tcp or udp"));
  if (/portRanges$/i.test(key)) return each(portRangeProblem);
  if (/addresses$/i.test(key)) return each(addressProblem);
  if (key === "protocol") return problem(path, value, protocols.includes(value) ? undefined : "must be tcp or udp");
  if (key === "port") return problem(path, value, isPort(value) ? undefined : `must be a port, 0 to ${highestPort}`);
  if (key === "address") return problem(path, value, addressProblem(value));
  if (key.startsWith("forward") && key !== "forwardAddressTranslations") {
    return problem(path, value, value === true ? undefined : "may only be true; leave it out to switch it off");
  }
  return [];
}

function listProblems(path: string, value: Value, check: (item: Value) => string | undefined): Problem[] {
  if (value === unknown) return [];
  if (!isList(value) || value.length === 0)
    return [{ path, reason: "must be a list with at least one entry", received: value }];
  return value.flatMap((item, index) =>
    problem(`${path}[${index}]`, item, containsUnknown(item) ? undefined : check(item)),
  );
}

function problem(path: string, value: Value, reason: string | undefined): Problem[] {
  return reason === undefined || value === unknown ? [] : [{ path, reason, received: value }];
}

function isPort(value: Value | undefined): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= highestPort;
}

function portRangeProblem(value: Value): string | undefined {
  if (!isRecord(value) || !isPort(value["low"]) || !isPort(value["high"])) {
    return `must be {low, high}, both ports from 0 to ${highestPort}`;
  }
  return value["low"] <= value["high"] ? undefined : "low must not be greater than high";
}

function addressProblem(value: Value): string | undefined {
  if (typeof value !== "string" || value === "") return "must be a host name, *.domain, IP address or CIDR";
  if (/\s/.test(value)) return "must not contain blanks";
  return value.includes("://") ? "must be a plain host, without a scheme" : undefined;
}
