import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Failure } from "../engine/check";
import { Credential } from "../client/session";
import { Endpoint } from "../client/transport";
import { Properties, unknown, Value } from "../values";

/** One argument of the provider. */
export interface Argument {
  readonly name: string;
  readonly type: "string" | "boolean";
  readonly description: string;
  readonly required?: boolean;
  readonly secret?: boolean;
}

/** The arguments a program gives the provider; the classes in resources/ document them at length. */
export const providerArguments: readonly Argument[] = [
  { name: "url", type: "string", required: true, description: "Base address of the Edge Management API." },
  { name: "stack", type: "string", required: true, description: "Name of the stack, for the `agyn-stack` tag." },
  { name: "ca", type: "string", description: "PEM bundle the controller's certificate must chain to." },
  { name: "cert", type: "string", description: "PEM client certificate of an admin identity." },
  { name: "key", type: "string", secret: true, description: "PEM private key of `cert`." },
  { name: "username", type: "string", description: "Name of an admin with a password." },
  { name: "password", type: "string", secret: true, description: "Password of `username`." },
  { name: "adopt", type: "boolean", description: "Take over objects that exist under a declared name. Default false." },
];

/** How to reach the controller and what to do with what is found there. */
export interface Connection {
  readonly endpoint: Endpoint;
  readonly credential: Credential;
  readonly stack: string;
  readonly adopt: boolean;
}

/** Names of the arguments that are always secret. */
export const secretArguments: ReadonlySet<string> = new Set(
  providerArguments.filter(({ secret }) => secret).map(({ name }) => name),
);

/** The connection that checked arguments describe. */
export function toConnection(given: Properties): Connection {
  const text = (name: string) => (typeof given[name] === "string" ? given[name] : undefined);
  const [username, password] = [text("username"), text("password")];
  return {
    endpoint: { url: text("url") ?? "", ca: text("ca"), cert: text("cert"), key: text("key") },
    credential:
      username !== undefined && password !== undefined
        ? { method: "password", username, password }
        : { method: "cert" },
    stack: text("stack") ?? "",
    adopt: isTrue(given["adopt"]),
  };
}

/** Everything that is wrong with the provider's arguments. Values that are not known yet pass; secrets are not shown. */
export function connectionProblems(given: Properties): readonly Failure[] {
  return [
    ...providerArguments.flatMap((argument) => argumentProblems(argument, given[argument.name])),
    ...urlProblems(given["url"]),
    ...credentialProblems(given),
    ...pemProblems(given),
  ];
}

function argumentProblems({ name, type, required }: Argument, value: Value | undefined): Failure[] {
  if (value === unknown) return [];
  if (value === undefined) return required ? [{ property: name, reason: `${name} is required` }] : [];
  if (type === "boolean") {
    const isBoolean = typeof value === "boolean" || value === "true" || value === "false";
    return isBoolean ? [] : [{ property: name, reason: `${name} must be true or false` }];
  }
  return typeof value === "string" && value !== ""
    ? []
    : [{ property: name, reason: `${name} must be a text that is not empty` }];
}

function urlProblems(url: Value | undefined): Failure[] {
  if (typeof url !== "string" || url === "" || url === unknown) return [];
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
