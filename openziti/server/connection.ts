import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Failure } from "../engine/check";
import { Credential } from "../client/session";
import { PortForwardTarget } from "../client/port-forward";
import type { ClusterChoice } from "../client/port-forward/kubeconfig";
import { Cluster } from "../client/transport";
import { isList, isRecord, Properties, unknown, Value } from "../values";

/** One argument of the provider. */
export interface Argument {
  readonly name: string;
  readonly type: "string" | "addresses" | "names" | "boolean" | "port" | "object";
  readonly description: string;
  readonly required?: boolean;
  readonly secret?: boolean;
  /** What an object holds. */
  readonly fields?: readonly Argument[];
}

const portForwardFields: readonly Argument[] = [
  { name: "kubeconfig", type: "string", secret: true, description: "Content or path of a kubeconfig." },
  { name: "context", type: "string", description: "Context of the kubeconfig. Default: the current one." },
  { name: "namespace", type: "string", required: true, description: "Namespace of the Service." },
  {
    name: "service",
    type: "names",
    required: true,
    description: "Name of the Service; of a cluster one for each address of `url`, as a list or with commas.",
  },
  { name: "port", type: "port", required: true, description: "Port of the Service, or its target port." },
];

const kubernetesFields = portForwardFields.slice(0, 2);

/** The arguments a program gives the provider; the classes in resources/ document them at length. */
export const providerArguments: readonly Argument[] = [
  {
    name: "url",
    type: "addresses",
    required: true,
    description:
      "Base address of the Edge Management API; of a cluster those of all controllers, as a list or with commas.",
  },
  { name: "stack", type: "string", required: true, description: "Name of the stack, for the `agyn-stack` tag." },
  { name: "ca", type: "string", description: "PEM bundle the controller's certificate must chain to." },
  { name: "cert", type: "string", description: "PEM client certificate of an admin identity." },
  { name: "key", type: "string", secret: true, description: "PEM private key of `cert`." },
  { name: "username", type: "string", description: "Name of an admin with a password." },
  { name: "password", type: "string", secret: true, description: "Password of `username`." },
  {
    name: "portForward",
    type: "object",
    secret: true,
    description: "Reach the controller through the Kubernetes API server; `url` still names the TLS peer.",
    fields: portForwardFields,
  },
  {
    name: "kubernetes",
    type: "object",
    secret: true,
    description:
      "The cluster whose DNS `ClusterDns` writes to. A provider of that alone needs no `url` and no credential.",
    fields: kubernetesFields,
  },
  { name: "adopt", type: "boolean", description: "Take over objects that exist under a declared name. Default false." },
];

/** How to reach the controller and what to do with what is found there. */
export interface Connection {
  readonly cluster: Cluster;
  readonly credential: Credential;
  readonly stack: string;
  readonly adopt: boolean;
  /** The cluster whose DNS is written to. */
  readonly kubernetes?: ClusterChoice;
}

/** Names of the arguments that are always secret. */
export const secretArguments: ReadonlySet<string> = new Set(
  providerArguments.filter(({ secret }) => secret).map(({ name }) => name),
);

/** The connection that checked arguments describe. */
export function toConnection(given: Properties): Connection {
  const text = (name: string) => textIn(given, name);
  const [username, password] = [text("username"), text("password")];
  const portForwards = toPortForwards(given["portForward"]);
  return {
    cluster: { urls: textsIn(given["url"]), ca: text("ca"), cert: text("cert"), key: text("key"), portForwards },
    credential:
      username !== undefined && password !== undefined
        ? { method: "password", username, password }
        : { method: "cert" },
    stack: text("stack") ?? "",
    adopt: isTrue(given["adopt"]),
    kubernetes: toClusterChoice(given["kubernetes"]),
  };
}

function toClusterChoice(given: Value | undefined): ClusterChoice | undefined {
  if (!isRecord(given)) return undefined;
  return { kubeconfig: textIn(given, "kubeconfig"), context: textIn(given, "context") };
}

/** The texts in a list, or in one with commas. */
function textsIn(value: Value | undefined): string[] {
  const items = isList(value) ? value : typeof value === "string" ? value.split(",") : [];
  return items.filter((item) => typeof item === "string").map((item) => item.trim());
}

function toPortForwards(given: Value | undefined): readonly PortForwardTarget[] | undefined {
  if (!isRecord(given)) return undefined;
  const text = (name: string) => textIn(given, name);
  const place = { namespace: text("namespace") ?? "", port: Number(given["port"]) };
  const cluster = { kubeconfig: text("kubeconfig"), context: text("context") };
  return textsIn(given["service"]).map((service) => ({ ...cluster, ...place, service }));
}

function textIn(given: Properties, name: string): string | undefined {
  const value = given[name];
  return typeof value === "string" ? value : undefined;
}

/** Everything that is wrong with the provider's arguments. Values that are not known yet pass; secrets are not shown. */
export function connectionProblems(given: Properties): readonly Failure[] {
  const all = providerArguments.flatMap((argument) => argumentProblems(argument, given[argument.name]));
  if (isOfClusterAlone(given)) return all.filter(({ property }) => property === "kubernetes");
  return [
    ...all,
    ...textsIn(given["url"]).flatMap(urlProblems),
    ...routeProblems(given),
    ...credentialProblems(given),
    ...pemProblems(given),
  ];
}

function isOfClusterAlone({ kubernetes, url }: Properties): boolean {
  return kubernetes !== undefined && url === undefined;
}

function argumentProblems(argument: Argument, value: Value | undefined, path = argument.name): Failure[] {
  const { type, required, fields = [] } = argument;
  const [property = path] = path.split(".", 1);
  if (value === unknown) return [];
  if (value === undefined || value === null) return required ? [{ property, reason: `${path} is required` }] : [];
  if (!accepts[type].isValid(value)) return [{ property, reason: `${path} must be ${accepts[type].expected}` }];
  if (!isRecord(value)) return [];
  return fields.flatMap((field) => argumentProblems(field, value[field.name], `${path}.${field.name}`));
}

const accepts: Readonly<Record<Argument["type"], { isValid: (value: Value) => boolean; expected: string }>> = {
  string: { isValid: isFilled, expected: "a text that is not empty" },
  addresses: {
    isValid: isFilledThroughout,
    expected: "an address or a list of addresses",
  },
  names: { isValid: isFilledThroughout, expected: "a name or a list of names" },
  boolean: {
    isValid: (value) => [true, false, "true", "false"].some((one) => one === value),
    expected: "true or false",
  },
  port: { isValid: isPort, expected: "a whole number from 1 to 65535" },
  object: { isValid: isRecord, expected: "an object" },
};

function isFilledThroughout(value: Value): boolean {
  return (isList(value) ? value : [value]).every(isFilled) && (!isList(value) || value.length > 0);
}

function isFilled(value: Value): boolean {
  return typeof value === "string" && value !== "";
}

function isPort(value: Value): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65_535;
}

/** A port-forward leads to one Service: each controller of a cluster needs its own. */
function routeProblems({ url, portForward }: Properties): Failure[] {
  const [addresses, services] = [textsIn(url), isRecord(portForward) ? textsIn(portForward["service"]) : []];
  if ([...addresses, ...services].includes(unknown)) return [];
  if (services.length === 0 || addresses.length === services.length) return [];
  const reason = `portForward.service must name one Service for each address of url (received ${services.length} for ${addresses.length})`;
  return [{ property: "portForward", reason }];
}

function urlProblems(url: string): Failure[] {
  if (url === "" || url === unknown) return [];
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.username || parsed?.password) {
    return [{ property: "url", reason: 'url must not hold a user name or password: use "username" and "password"' }];
  }
  if (parsed?.protocol === "https:" && ["", "/"].includes(parsed.pathname + parsed.search)) return [];
  return [
    { property: "url", reason: `url must be https://host:port and nothing more (received ${JSON.stringify(url)})` },
  ];
}

function credentialProblems(given: Properties): Failure[] {
  const has = (name: string) => given[name] !== undefined;
  const failures: Failure[] = [];
  for (const [one, other] of [
    ["cert", "key"],
    ["username", "password"],
  ] as const) {
    if (has(one) && !has(other))
      failures.push({ property: other, reason: `${other} is required together with ${one}` });
    if (has(other) && !has(one)) failures.push({ property: one, reason: `${one} is required together with ${other}` });
  }
  const methods = Number(has("cert") || has("key")) + Number(has("username") || has("password"));
  if (methods === 1) return failures;
  return [...failures, { property: "username", reason: "give either cert and key, or username and password" }];
}

function pemProblems({ ca, cert, key }: Properties): Failure[] {
  const texts = [
    ["ca", ca],
    ["cert", cert],
    ["key", key],
  ] as const;
  const parse = { ca: readCertificate, cert: readCertificate, key: createPrivateKey };
  return texts.flatMap(([name, text]) => {
    if (typeof text !== "string" || text === unknown || text === "" || canRead(() => parse[name](text))) return [];
    return [
      {
        property: name,
        reason: `${name} is not PEM text (${name === "key" ? "an unencrypted private key" : "a certificate"} is expected)`,
      },
    ];
  });
}

function readCertificate(pem: string): X509Certificate {
  return new X509Certificate(pem);
}

/** Node.js reports unusable key material by throwing; what it says may quote the text, so it is left out. */
function canRead(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

function isTrue(value: Value | undefined): boolean {
  return value === true || value === "true";
}
