import * as pulumi from "@pulumi/pulumi";
import * as openziti from "../../openziti/resources";

/**
 * Policies that are not this stack's and let somebody dial or bind its services, as they were at the last refresh; none
 * before `network` exists. A preview looks anew. Every run warns of those it knows.
 */
export function watchForeignGrants(
  name: string,
  network: readonly pulumi.Resource[],
  opts: pulumi.CustomResourceOptions & { readonly provider: openziti.Provider },
): pulumi.Output<readonly openziti.ForeignGrant[]> {
  const dependsOn = [...network];
  const { grants } = new openziti.ForeignGrants(`${name}-foreign-grants`, pulumi.mergeOptions(opts, { dependsOn }));
  const known = pulumi.runtime.isDryRun() ? openziti.foreignGrants({ provider: opts.provider, dependsOn }) : grants;
  known.apply((found) => {
    for (const sentence of openziti.describeGrants(found)) void pulumi.log.warn(sentence, opts.parent);
  });
  return grants;
}
