import type { Model } from "../../../access/model/model";
import { renderOverlayObjects, type OverlayObjects } from "../../../access/render/overlay-objects";
import { findingsOf } from "../../preflight/finding";
import type { OverlayFacts, OverlayObject } from "../facts";
import type { Finding } from "../finding";

const { pass, fail } = findingsOf("overlay");
const repair = "pulumi up --refresh";

interface Wanted {
  readonly title: string;
  readonly live: readonly OverlayObject[];
  readonly name: string;
  /** Fields as the controller shows them; lists are sets. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly consequence: string;
}

/** The static objects are there unmodified, nobody widened them, and the controller says that they work. */
export function examineOverlay(facts: OverlayFacts, model: Model): Finding[] {
  const rendered = renderOverlayObjects(model);
  const wanted = toWanted(facts, rendered);
  const departures = wanted.flatMap(examineObject);
  const same = wanted.length - departures.length;
  return [
    ...departures,
    pass("static objects", `${same} of ${wanted.length} are there as rendered`),
    ...examineForeign(facts, rendered),
    // Advice repeats what a missing or changed object already says.
    ...(departures.length > 0 ? [] : examineAdvice(facts, rendered)),
  ];
}

function toWanted(facts: OverlayFacts, rendered: OverlayObjects): Wanted[] {
  const idOf = (name: string) => facts.services.find((service) => service.name === name)?.id ?? name;
  const missingGrant = "dials fail with NO_EDGE_ROUTERS_AVAILABLE";
  return [
    ...rendered.configs.map(({ name, data }) => {
      const consequence = "clients do not know the address, or hosts the backend";
      return { title: "config", live: facts.configs, name, fields: { data }, consequence };
    }),
    ...rendered.services.map(({ name, roleAttributes, encryptionRequired }) => {
      const fields = { roleAttributes, encryptionRequired };
      return {
        title: "service",
        live: facts.services,
        name,
        fields,
        consequence: `dials of ${name} fail with "service not found"`,
      };
    }),
    ...rendered.servicePolicies.map(({ name, services, serviceRoles, ...policy }) => {
      const fields = { ...policy, serviceRoles: [...serviceRoles, ...services.map((service) => `@${idOf(service)}`)] };
      const verb = policy.type === "Dial" ? "dial" : "host";
      const consequence = `who may ${verb} is not what the model says ("service not found" for those left out)`;
      return { title: "service policy", live: facts.servicePolicies, name, fields, consequence };
    }),
    ...rendered.edgeRouterPolicies.map(({ name, ...fields }) => {
      return { title: "edge router policy", live: facts.edgeRouterPolicies, name, fields, consequence: missingGrant };
    }),
    ...rendered.serviceEdgeRouterPolicies.map(({ name, ...fields }) => {
      const title = "service edge router policy";
      return { title, live: facts.serviceEdgeRouterPolicies, name, fields, consequence: missingGrant };
    }),
  ];
}

function examineObject({ title, live, name, fields, consequence }: Wanted): Finding[] {
  const found = live.find((object) => object.name === name);
  const subject = `${title} ${name}`;
  if (found === undefined) return [fail(subject, `is missing: ${consequence}`, `Make it anew: ${repair}`)];
  const changed = Object.keys(fields).filter((field) => canonical(fields[field]) !== canonical(found[field]));
  if (changed.length === 0) return [];
  return [fail(subject, `was changed by hand (${changed.join(", ")}): ${consequence}`, `Undo it: ${repair}`)];
}

// The controller folds duplicates, sorts, and shows an empty list as null.
function canonical(value: unknown): string {
  if (value === null || value === undefined) return "[]";
  if (Array.isArray(value)) return `[${[...new Set(value.map(canonical))].sort().join(",")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([name, item]) => `${name}:${canonical(item)}`).join(",")}}`;
}

// Policies of the run time name one service each; one that names a static service, or everybody, widens ours.
function examineForeign({ servicePolicies, services }: OverlayFacts, rendered: OverlayObjects): Finding[] {
  const own = new Set(rendered.servicePolicies.map(({ name }) => name));
  const names = new Set(rendered.services.map(({ name }) => name));
  const ids = new Map(services.filter(({ name }) => names.has(name)).map(({ id, name }) => [`@${id}`, name]));
  return servicePolicies
    .filter(({ name }) => !own.has(name))
    .flatMap((policy) => {
      const roles = textsOf(policy.serviceRoles);
      const opened = roles.flatMap((role) => (role === "#all" ? ["every service"] : (ids.get(role) ?? [])));
      if (opened.length === 0) return [];
      const cause = `is not of the program and opens ${opened.join(", ")} to ${textsOf(policy.identityRoles).join(", ")}`;
      return [fail(`service policy ${policy.name}`, cause, `ziti edge delete service-policy ${policy.name}`)];
    });
}

/** The texts of a field that is a list, or null. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

// What the controller itself says about identities that hold a role of a policy.
function examineAdvice({ advice, identities, services }: OverlayFacts, rendered: OverlayObjects): Finding[] {
  const findings = rendered.servicePolicies.flatMap((policy) =>
    policy.services.flatMap((service) => {
      const id = services.find(({ name }) => name === service)?.id;
      const holders = identities.filter(({ roleAttributes }) =>
        textsOf(roleAttributes).some((role) => policy.identityRoles.includes(`#${role}`)),
      );
      return holders.flatMap(({ id: identity, name }) => {
        const said = advice.find((one) => one.identity === identity && one.service === id);
        if (said === undefined) return [];
        const isAllowed = policy.type === "Dial" ? said.isDialAllowed : said.isBindAllowed;
        const verb = policy.type === "Dial" ? "dial" : "host";
        const subject = `${name} and ${service}`;
        if (!isAllowed)
          return [fail(subject, `the controller does not let it ${verb}, although ${policy.name} should`, `${repair}`)];
        if (said.commonRouters > 0) return [];
        const cause = "they have no online router in common: NO_EDGE_ROUTERS_AVAILABLE";
        return [fail(subject, cause, "Check the routers, and both router grants of the static objects.")];
      });
    }),
  );
  const summary = pass("policy advice", `the controller agrees for ${advice.length} pairs of identity and service`);
  return findings.length > 0 || advice.length === 0 ? findings : [summary];
}
