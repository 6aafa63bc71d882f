import { equals } from "../client/filter";
import { Properties, textOf, Value } from "../values";
import { findNamed, objectResults, toFound } from "./found";
import type { ProviderFunction } from "./function";

const nameOf = (what: string, name = "name") =>
  ({ name, type: "string", required: true, description: `Name of the ${what}.` }) as const;

/** A service by its name, whoever made it. */
export const getService: ProviderFunction = {
  name: "getService",
  description: "A service by its name, whoever made it. Fails when there is none.",
  parameters: [nameOf("service")],
  results: [
    ...objectResults,
    { name: "encryptionRequired", type: "boolean", description: "End-to-end encryption between dialer and host." },
  ],
  async answer(asked, given) {
    const service = await findNamed(asked, "services", textOf(given, "name"));
    return { ...toFound(service), encryptionRequired: service["encryptionRequired"] === true };
  },
};

/** An identity by its name, whoever made it; never its tokens. */
export const getIdentity: ProviderFunction = {
  name: "getIdentity",
  description: "An identity by its name, whoever made it. Fails when there is none. Its tokens are not told.",
  parameters: [nameOf("identity")],
  results: [
    ...objectResults,
    { name: "isAdmin", type: "boolean", description: "Full rights over the management API." },
    { name: "authPolicyId", type: "string", description: "Id of the authentication policy." },
    { name: "credentials", type: "texts", description: "Methods it can log in with: `cert`, `updb`." },
  ],
  async answer(asked, given) {
    const identity = await findNamed(asked, "identities", textOf(given, "name"));
    const { isAdmin, authPolicyId, authenticators } = identity as Readonly<Record<string, unknown>>;
    return {
      ...toFound(identity),
      isAdmin: isAdmin === true,
      authPolicyId: typeof authPolicyId === "string" ? authPolicyId : "default",
      credentials: Object.keys(authenticators ?? {}).sort(),
    };
  },
};

/** All services, or those with an attribute. */
export const listServices: ProviderFunction = {
  name: "listServices",
  description: "All services of the controller in the order of their names, or those with an attribute.",
  parameters: [{ name: "roleAttribute", type: "string", description: "Only services with it. Default: all." }],
  results: [{ name: "services", type: "records", description: "Id, name and attributes of each." }],
  async answer({ controller }, given) {
    const filter =
      given["roleAttribute"] === undefined
        ? undefined
        : equals("anyOf(roleAttributes)", textOf(given, "roleAttribute"));
    const services = (await controller.list("services", filter)).map(toFound);
    return { services: services.sort((a, b) => (a.name < b.name ? -1 : 1)) as readonly Value[] };
  },
};

/** What the controller itself says about one identity and one service. */
export const policyAdvice: ProviderFunction = {
  name: "policyAdvice",
  description: "May this identity dial and bind this service, and over which routers: the controller's own answer.",
  parameters: [nameOf("identity", "identity"), nameOf("service", "service")],
  results: [
    { name: "isDialAllowed", type: "boolean", description: "A policy lets it connect." },
    { name: "isBindAllowed", type: "boolean", description: "A policy lets it host." },
    {
      name: "commonRouters",
      type: "texts",
      description: "Names of the routers both may use; without one no dial works.",
    },
    { name: "onlineRouters", type: "texts", description: "Those of them that are online." },
  ],
  async answer(asked, given) {
    const identity = await findNamed(asked, "identities", textOf(given, "identity"));
    const service = await findNamed(asked, "services", textOf(given, "service"));
    return toAdvice(await asked.controller.getPolicyAdvice(identity.id, service.id));
  },
};

/** The controller leaves out what is false. */
function toAdvice(advice: Readonly<Record<string, unknown>>): Properties {
  const { isDialAllowed, isBindAllowed, commonRouters } = advice;
  const routers = (commonRouters ?? []) as readonly { readonly name: string; readonly isOnline?: boolean }[];
  const names = (chosen: typeof routers) => chosen.map(({ name }) => name).sort();
  return {
    isDialAllowed: isDialAllowed === true,
    isBindAllowed: isBindAllowed === true,
    commonRouters: names(routers),
    onlineRouters: names(routers.filter(({ isOnline }) => isOnline)),
  };
}
