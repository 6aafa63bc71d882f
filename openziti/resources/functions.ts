import * as pulumi from "@pulumi/pulumi";
import type { ForeignGrant } from "../functions/grant";

export { describeGrants, type ForeignGrant } from "../functions/grant";

/** An object of the controller, whoever made it. */
export interface FoundObject {
  readonly id: string;
  readonly name: string;
  readonly roleAttributes: readonly string[];
}

/** What `getService` tells. */
export interface FoundService extends FoundObject {
  readonly encryptionRequired: boolean;
}

/** What `getIdentity` tells; never a token. */
export interface FoundIdentity extends FoundObject {
  readonly isAdmin: boolean;
  readonly authPolicyId: string;
  /** Methods it can log in with: `cert`, `updb`. */
  readonly credentials: readonly string[];
}

/** The controller's own answer about one identity and one service. */
export interface PolicyAdvice {
  readonly isDialAllowed: boolean;
  readonly isBindAllowed: boolean;
  /** Names of the routers both may use; without one no dial works. */
  readonly commonRouters: readonly string[];
  /** Those of them that are online. */
  readonly onlineRouters: readonly string[];
}

/** Options of every function: the provider to ask, and `dependsOn` for what has to exist before. */
export type FunctionOptions = pulumi.InvokeOutputOptions;

/** The service of this name. Fails when there is none. */
export function getService(name: pulumi.Input<string>, opts?: FunctionOptions): pulumi.Output<FoundService> {
  return pulumi.runtime.invokeOutput("openziti:index:getService", { name }, opts);
}

/** The identity of this name. Fails when there is none. */
export function getIdentity(name: pulumi.Input<string>, opts?: FunctionOptions): pulumi.Output<FoundIdentity> {
  return pulumi.runtime.invokeOutput("openziti:index:getIdentity", { name }, opts);
}

/** All services in the order of their names, or those with an attribute (written without `#`). */
export function listServices(
  args: { readonly roleAttribute?: pulumi.Input<string> } = {},
  opts?: FunctionOptions,
): pulumi.Output<readonly FoundObject[]> {
  return listed("openziti:index:listServices", args, "services", opts);
}

/** May the identity dial and bind the service, both given by name: the controller's own answer. */
export function policyAdvice(
  args: { readonly identity: pulumi.Input<string>; readonly service: pulumi.Input<string> },
  opts?: FunctionOptions,
): pulumi.Output<PolicyAdvice> {
  return pulumi.runtime.invokeOutput("openziti:index:policyAdvice", args, opts);
}

/**
 * Service policies that are not this stack's and let somebody dial or bind its services, by name; empty when there are
 * none. In a preview that cannot reach a controller yet, unknown. Asks in every run; `ForeignGrants` only when refreshed.
 */
export function foreignGrants(opts?: FunctionOptions): pulumi.Output<readonly ForeignGrant[]> {
  return listed("openziti:index:foreignGrants", {}, "grants", opts);
}

function listed<T>(token: string, args: pulumi.Inputs, result: string, opts?: FunctionOptions): pulumi.Output<T> {
  return pulumi.runtime.invokeOutput<Record<string, T>>(token, args, opts).apply((found) => found[result] as T);
}
