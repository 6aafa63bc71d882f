import { defineKind } from "./kind";

const builtIn: readonly unknown[] = ["intercept.v1", "host.v1", "host.v2", "proxy.v1", "interfaces.v1"];

/** A type of config of the operator's own. The controller would let its built-in ones be deleted, and every config with them. */
export const configType = defineKind({
  name: "ConfigType",
  collection: "config-types",
  description: "A type of config beside the built-in ones, with a JSON schema its configs have to fit.",
  fields: [
    {
      name: "schema",
      type: "document",
      default: {},
      description: "JSON schema of the data. Configs that exist already are not held against a changed one.",
    },
  ],
  outputs: [],
  reserved: ({ name }) => (builtIn.includes(name) ? "it is built into the controller" : undefined),
});
