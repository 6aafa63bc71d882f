import type { StoreName } from "../platform/services";
import { ingressEntry } from "./entry";
import type { ModelOptions } from "./options";
import { isSamePrincipal, type Principal } from "./principal";
import { accountOf, type CallingWorkload } from "./service-accounts";
import { serviceNames, storeNames, type ServiceName } from "../platform/services";

/**
 * Who an edge lets in. `workload`: a workload or data store of the platform. `entry`: what brings the public's requests.
 * `account`: a ServiceAccount of the operator's. `anyone`: every client that reaches the port, with or without a certificate.
 */
export type Caller =
  | { readonly kind: "workload"; readonly name: ServiceName | StoreName; readonly principal: Principal }
  | { readonly kind: "entry"; readonly principal: Principal }
  | { readonly kind: "account"; readonly principal: Principal }
  | { readonly kind: "anyone" };

/** A caller that the mesh knows by its certificate. */
export type IdentifiedCaller = Exclude<Caller, { kind: "anyone" }>;

/** The identity of a workload or data store of the platform, under the account it runs as in this installation. */
export function platformPrincipal(options: ModelOptions, name: CallingWorkload | StoreName): Principal {
  return { namespace: options.namespaces.platform, serviceAccount: accountOf(options, name) };
}

/** A workload or data store of the platform as a caller. */
export function platformCaller(options: ModelOptions, name: ServiceName | StoreName): IdentifiedCaller {
  return { kind: "workload", name, principal: platformPrincipal(options, name) };
}

/** Which caller an identity is in this installation: each identity is one caller, and has one name. */
export function callerOf(options: ModelOptions, principal: Principal): IdentifiedCaller {
  const { caller } = ingressEntry(options);
  if (caller !== undefined && isSamePrincipal(caller, principal)) return { kind: "entry", principal };
  const name = [...serviceNames, ...storeNames].find((one) =>
    isSamePrincipal(platformPrincipal(options, one), principal),
  );
  return name === undefined ? { kind: "account", principal } : { kind: "workload", name, principal };
}
