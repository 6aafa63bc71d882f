import * as pulumi from "@pulumi/pulumi";
import * as openziti from "../../openziti/resources";
import type { Network } from "./network";

/**
 * Policies that are not this stack's and let somebody dial or bind its services, as they were at the last refresh; none
 * before the network exists. A preview looks anew, unless it is to create a service. Every run warns of those it knows.
 */
export function watchForeignGrants(
  name: string,
  { services, all }: Network,
  opts: pulumi.CustomResourceOptions & { readonly provider: openziti.Provider },
): pulumi.Output<readonly openziti.ForeignGrant[]> {
  const dependsOn = [...all];
  const { grants } = new openziti.ForeignGrants(`${name}-foreign-grants`, pulumi.mergeOptions(opts, { dependsOn }));
  const look = () => openziti.foreignGrants({ provider: opts.provider, dependsOn: [...services.values()] });
  const known = pulumi.runtime.isDryRun() ? look() : grants;
  known.apply((found) => {
    for (const sentence of openziti.describeGrants(found)) void pulumi.log.warn(sentence, opts.parent);
  });
  return grants;
}
