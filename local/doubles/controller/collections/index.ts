import type { Kind } from "../kind";
import { authPolicies } from "./auth-policies";
import { authenticators } from "./authenticators";
import { certificateAuthorities } from "./certificate-authorities";
import { configTypes, configs } from "./configs";
import { edgeRouters } from "./edge-routers";
import { enrollments } from "./enrollments";
import { externalJwtSigners } from "./external-jwt-signers";
import { identities } from "./identities";
import { edgeRouterPolicies, serviceEdgeRouterPolicies, servicePolicies } from "./policies";
import { services } from "./services";

/** Terminators come from hosting traffic, which this controller never sees: the list stays empty. */
const terminators: Kind = {
  collection: "terminators",
  singular: "terminator",
  fields: {},
  filterable: { address: "string", binding: "string", router: "string", service: "string" },
};

/** Every collection of the API that the double has, by its path. */
export const kinds: ReadonlyMap<string, Kind> = new Map(
  [
    authPolicies,
    authenticators,
    certificateAuthorities,
    configTypes,
    configs,
    edgeRouters,
    edgeRouterPolicies,
    enrollments,
    externalJwtSigners,
    identities,
    serviceEdgeRouterPolicies,
    servicePolicies,
    services,
    terminators,
  ].map((kind) => [kind.collection, kind]),
);
