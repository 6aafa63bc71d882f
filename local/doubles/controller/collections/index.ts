import type { Kind } from "../kind";
import { authPolicies } from "./auth-policies";
import { authenticators } from "./authenticators";
import { configTypes, configs } from "./configs";
import { edgeRouters } from "./edge-routers";
import { enrollments } from "./enrollments";
import { identities } from "./identities";
import { edgeRouterPolicies, serviceEdgeRouterPolicies, servicePolicies } from "./policies";
import { services } from "./services";
import { terminators } from "./terminators";

/** Every collection of the API that the double has, by its path. */
export const kinds: ReadonlyMap<string, Kind> = new Map(
  [
    authPolicies,
    authenticators,
    configTypes,
    configs,
    edgeRouters,
    edgeRouterPolicies,
    enrollments,
    identities,
    serviceEdgeRouterPolicies,
    servicePolicies,
    services,
    terminators,
  ].map((kind) => [kind.collection, kind]),
);
