import * as pulumi from "@pulumi/pulumi";
import { ObjectArgs, ZitiObject } from "./common";

/** Arguments of `ConfigType`. */
export interface ConfigTypeArgs extends ObjectArgs {
  /** JSON schema of the data. Configs that exist already are not held against a changed one. Default: anything fits. */
  readonly schema?: pulumi.Input<Readonly<Record<string, unknown>>>;
}

/** A type of config beside the built-in ones. */
export class ConfigType extends ZitiObject {
  declare public readonly schema: pulumi.Output<Record<string, unknown>>;

  constructor(name: string, args: ConfigTypeArgs, opts?: pulumi.CustomResourceOptions) {
    super("ConfigType", name, { schema: undefined, ...args }, opts);
  }
}

/** Arguments of `Config`. */
export interface ConfigArgs extends ObjectArgs {
  /** Name of the config type, for example `intercept.v1` or `host.v1`. Changing it replaces the config. */
  readonly configType: pulumi.Input<string>;
  /** The document the config type prescribes. Lists of protocols, addresses and port ranges compare as sets. */
  readonly data: pulumi.Input<Readonly<Record<string, unknown>>>;
}

/** A document attached to services: what tunnellers intercept (`intercept.v1`) or where hosts deliver (`host.v1`). */
export class Config extends ZitiObject {
  declare public readonly configType: pulumi.Output<string>;
  declare public readonly data: pulumi.Output<Record<string, unknown>>;

  constructor(name: string, args: ConfigArgs, opts?: pulumi.CustomResourceOptions) {
    super("Config", name, { ...args }, opts);
  }
}

/** Arguments of `Service`. */
export interface ServiceArgs extends ObjectArgs {
  /** Ids of configs, at most one per config type. Default: none. */
  readonly configs?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** Attributes policies select the service by, written without `#`. Default: none. */
  readonly roleAttributes?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** End-to-end encryption between dialer and host. Default true. Changing it replaces the service: an outage. */
  readonly encryptionRequired?: pulumi.Input<boolean>;
  /** How a dial picks among several hosts. Default `smartrouting`. */
  readonly terminatorStrategy?: pulumi.Input<"smartrouting" | "weighted" | "random" | "ha" | "sticky">;
}

/** Something identities dial and host over the overlay. It is reachable only where policies and router grants agree. */
export class Service extends ZitiObject {
  declare public readonly configs: pulumi.Output<string[]>;
  declare public readonly roleAttributes: pulumi.Output<string[]>;
  declare public readonly encryptionRequired: pulumi.Output<boolean>;
  declare public readonly terminatorStrategy: pulumi.Output<string>;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.CustomResourceOptions) {
    const defaults = { configs: undefined, roleAttributes: undefined };
    super(
      "Service",
      name,
      { ...defaults, encryptionRequired: undefined, terminatorStrategy: undefined, ...args },
      opts,
    );
  }
}
