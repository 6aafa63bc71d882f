import type { Draft } from "../field";
import type { Fault } from "../problems";
import { settingPaths } from "../schema";
import { bootstrapIssuer } from "../settings";
import { controllerUrlsOf } from "../values/network";
import type { Rule } from "./rule";

const reservedDomain = /(^|\.)(example\.(com|org|net)|example|localhost|local|test|invalid)$/;
const placeholderWord =
  /(change-?me|replace-?me|your-?(own-?)?(domain|company|org|issuer|password|host)|placeholder|todo|xxx+)/i;
const selfSignedName = /self-?signed/i;
const shortestPassword = 12;
const guessedPassword = /^(admin|password|passw0rd|secret|ziti|agyn|letmein|qwerty)[0-9!.]*$/i;

/** Public names of a production installation are real ones. */
export const realNames: Rule = (draft) => {
  if (draft.profile !== "production") return [];
  const fromDomain = draft.domain === undefined ? undefined : nameFault(draft.domain);
  return publicNames(draft).flatMap(([key, name]): Fault[] => {
    const reason = nameFault(name);
    // A host below a refused domain is the same mistake.
    const inherited = key !== "domain" && fromDomain !== undefined && name.endsWith(`.${draft.domain}`);
    return reason === undefined || inherited ? [] : [{ key, reason: `${reason} in production` }];
  });
};

function publicNames(draft: Draft): [string, string][] {
  const hosts = settingPaths.filter(
    (path) => path.startsWith("ingress.hosts.") || path === "controller.advertisedHost",
  );
  const names = [...hosts, "domain" as const].map((path): [string, unknown] => [path, draft[path]]);
  const url = draft["controller.url"];
  if (url !== undefined && draft["controller.manage"] === false) {
    names.push(...controllerUrlsOf(url).map((one): [string, string] => ["controller.url", new URL(one).hostname]));
  }
  return names.flatMap(([key, name]): [string, string][] => (typeof name === "string" ? [[key, name]] : []));
}

function nameFault(name: string): string | undefined {
  if (/^(127\.|\[::1\]$)/.test(name)) return "is an address of the machine itself";
  // In-cluster names end in cluster.local, which only looks like multicast DNS.
  if (/\.svc(\.cluster\.local)?$/.test(name)) return undefined;
  const [, , reserved] = reservedDomain.exec(name) ?? [];
  if (reserved !== undefined) return `ends in the reserved name ${reserved}, which is not possible`;
  return placeholderWord.test(name) ? "looks like a placeholder, which is not possible" : undefined;
}

/** Browsers trust the certificates of a production installation. */
export const trustedIssuer: Rule = (draft) => {
  const name = draft["ingress.tls.issuer.name"];
  if (draft.profile !== "production" || name === undefined) return [];
  const key = "ingress.tls.issuer.name";
  if (selfSignedName.test(name) || name === bootstrapIssuer) {
    return [
      { key, reason: "is a self-signed issuer, which production refuses", allowed: "an issuer that clients trust" },
    ];
  }
  return placeholderWord.test(name) ? [{ key, reason: "looks like a placeholder" }] : [];
};

/** The password of a production controller cannot be guessed. */
export const strongPassword: Rule = (draft) => {
  const password = draft["controller.password"];
  if (draft.profile !== "production" || password === undefined || password.isSealed) return [];
  const clear = password.reveal();
  const weak = clear.length < shortestPassword || guessedPassword.test(clear) || placeholderWord.test(clear);
  const allowed = `a password of ${shortestPassword} characters or more that is no known default`;
  return weak ? [{ key: "controller.password", reason: "is too easy to guess for production", allowed }] : [];
};
