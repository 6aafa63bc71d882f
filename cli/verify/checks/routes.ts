import type { Manifest } from "../../../access/render/manifest";
import type { Model } from "../../../access/model/model";
import { toUnknown } from "../../preflight/facts";
import { findingsOf } from "../../preflight/finding";
import { compareObjects, titleOf } from "../compare";
import { objectsOf, type LiveObject, type VerifyFacts } from "../facts";
import type { Finding } from "../finding";

const { pass, fail } = findingsOf("routes");

interface Bound {
  readonly hosts?: readonly string[];
  readonly gateways?: readonly string[];
}

// Whether a host of a route is this one: exactly, or by a pattern.
function serves(pattern: string, host: string): boolean {
  return pattern === "*" || pattern === host || (pattern.startsWith("*.") && host.endsWith(pattern.slice(1)));
}

function routesOf(host: string, live: readonly LiveObject[]): LiveObject[] {
  return live.filter(({ spec }) => {
    const { hosts = [], gateways = [] } = (spec ?? {}) as Bound;
    return gateways.some((gateway) => gateway !== "mesh") && hosts.some((pattern) => serves(pattern, host));
  });
}

function examineHost(host: string, own: string, live: readonly LiveObject[]): Finding[] {
  const others = routesOf(host, live)
    .map(({ metadata }) => titleOf("VirtualService", metadata))
    .filter((title) => title !== own);
  if (others.length === 0) return [pass(host, "one route serves it")];
  const cause = `${others.join(" and ")} claims it too: which route wins is not defined, and requests get a bare 404`;
  return [fail(host, cause, "Delete the other route, or take the host out of it.")];
}

/** Each public host has one route, the program's, unmodified. */
export function examineRoutes(facts: VerifyFacts, expected: readonly Manifest[], { options }: Model): Finding[] {
  const check = "routes";
  const own = expected.filter(({ kind }) => kind === "VirtualService");
  if (own.length === 0) return [];
  const consequence = (name: string) => `the hosts of ${name} answer 404, or lead elsewhere`;
  const compared = ["Gateway", "VirtualService"].flatMap((kind) =>
    compareObjects(facts, expected, { check, kind, consequence }),
  );
  const live = objectsOf(facts, "VirtualService");
  if (!("value" in live)) return [...compared, toUnknown(check, `routes of ${options.domain}`, live)];
  const hosts = own.flatMap(({ metadata, spec }) =>
    (spec.hosts as readonly string[]).map((host) => examineHost(host, titleOf("VirtualService", metadata), live.value)),
  );
  return [...compared, ...hosts.flat()];
}
