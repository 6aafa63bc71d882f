import * as pulumi from "@pulumi/pulumi";

/** Arguments every kind has. */
export interface TagsArgs {
  /** Extra tags; `agyn-managed-by` and `agyn-stack` are added by the provider and cannot be set. Default: none. */
  readonly tags?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>>;
}

/** Arguments every kind with a name has. */
export interface ObjectArgs extends TagsArgs {
  /** Unique per kind in the controller: no blanks at either end, at most 1024 bytes. Changing it renames in place. */
  readonly name: pulumi.Input<string>;
}

/** How several `#attributes` of one list combine: any one suffices, or all are needed. `@id` entries are always added. */
export type Semantic = "AnyOf" | "AllOf";

/**
 * What all kinds share: the type token, and the tags.
 * `id` is the controller's id, as `@${object.id}` takes it in a list of roles. Outputs are declared, not defined: a defined
 * class field would overwrite with undefined what Pulumi's constructor has put there.
 */
export abstract class NamelessObject extends pulumi.CustomResource {
  /** All tags, the provider's own included. */
  declare public readonly tags: pulumi.Output<Record<string, string>>;

  protected constructor(kind: string, name: string, properties: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    // A name is unique, so a replacement finds it taken by what it replaces. Pulumi asks the provider about the order only
    // where the provider asked for the replacement: not for `pulumi up --replace`.
    const options = pulumi.mergeOptions({ deleteBeforeReplace: true }, opts);
    super(`openziti:index:${kind}`, name, { tags: undefined, ...properties }, options);
  }
}

/** What all kinds with a name share. */
export abstract class ZitiObject extends NamelessObject {
  /** The name as the controller stores it. */
  declare public readonly name: pulumi.Output<string>;
}

/** Options under which the one-time enrollment token stays a secret whatever the provider answers. */
export function withSecretToken(opts?: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
  return pulumi.mergeOptions(opts, { additionalSecretOutputs: ["enrollmentJwt"] });
}
