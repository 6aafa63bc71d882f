import { Properties, unknown } from "../values";
import { defineNamelessKind, Problem } from "./kind";
import { pemProblems, tryReadCertificate } from "./pem";

/**
 * A credential of an identity; one per method. It has no name: identity, method and what is shown at the login make it
 * recognisable. The controller (2.0.3) drops the tags a new one is sent with, so they are written right after.
 */
export const authenticator = defineNamelessKind({
  name: "Authenticator",
  collection: "authenticators",
  description: "A credential of an identity: a user name with a password, or a client certificate.",
  fields: [
    {
      name: "identityId",
      type: "string",
      required: true,
      replaces: true,
      description: "Id of the identity. Changing it replaces the credential.",
    },
    {
      name: "method",
      type: "string",
      required: true,
      replaces: true,
      oneOf: ["updb", "cert"],
      description: "updb: `username` and `password`. cert: `certPem`. An identity has at most one of each.",
    },
    { name: "username", type: "string", default: "", description: "At least 4 characters, of nobody else." },
    {
      name: "password",
      type: "string",
      default: "",
      secret: true,
      isWriteOnly: true,
      description: "At least 5 characters.",
    },
    {
      name: "certPem",
      type: "pem",
      onlyAtCreation: true,
      replaces: true,
      problems: pemProblems("certPem"),
      description:
        "A client certificate of the controller's or a verified authority. Changing it replaces the credential.",
    },
  ],
  outputs: [
    { name: "fingerprint", type: "string", from: [["fingerprint"]], description: "SHA-1 of `certPem`, in hex." },
  ],
  problems: methodProblems,
  keyOf: (inputs) => ({
    identity: textOrEmpty(inputs, "identityId"),
    method: textOrEmpty(inputs, "method"),
    ...(inputs["method"] === "updb"
      ? { updbUsername: textOrEmpty(inputs, "username") }
      : { certFingerprint: fingerprintOf(textOrEmpty(inputs, "certPem")) }),
  }),
});

const neededBy: Readonly<Record<string, readonly string[]>> = { updb: ["username", "password"], cert: ["certPem"] };
const shortest: Readonly<Record<string, number>> = { username: 4, password: 5 };

function methodProblems(inputs: Properties): readonly Problem[] {
  const method = textOrEmpty(inputs, "method");
  const needed = neededBy[method];
  if (needed === undefined) return [];
  return Object.values(neededBy)
    .flat()
    .flatMap((path) => {
      const value = inputs[path] ?? "";
      if (value === unknown) return [];
      if (!needed.includes(path)) return value === "" ? [] : [{ path, reason: `does not belong to method ${method}` }];
      if (value === "") return [{ path, reason: `is required by method ${method}` }];
      const least = shortest[path] ?? 0;
      return typeof value === "string" && value.length < least
        ? [{ path, reason: `needs at least ${least} characters` }]
        : [];
    });
}

function textOrEmpty(inputs: Properties, name: string): string {
  const value = inputs[name];
  return typeof value === "string" ? value : "";
}

/** As the controller stores it: SHA-1 in lower case without colons. */
function fingerprintOf(pem: string): string {
  return tryReadCertificate(pem)?.fingerprint.replaceAll(":", "").toLowerCase() ?? "";
}
