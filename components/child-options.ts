import * as pulumi from "@pulumi/pulumi";

/** Options of a component's children: the parent, and what the component itself waits for (Pulumi inherits no waits). */
export function childOptions(
  parent: pulumi.ComponentResource,
  opts: pulumi.ComponentResourceOptions | undefined,
): pulumi.CustomResourceOptions {
  return { parent, dependsOn: opts?.dependsOn };
}
