import { configDataProblems, unorderedKeys } from "./config-data";
import { defineKind } from "./kind";

/** A document attached to services. Its type is fixed at creation, and its data is always sent whole. */
export const config = defineKind({
  name: "Config",
  collection: "configs",
  description: "A document attached to services, such as `intercept.v1` or `host.v1`.",
  fields: [
    {
      name: "configType",
      type: "string",
      wire: "configTypeId",
      required: true,
      replaces: true,
      reference: { collection: "config-types", readFrom: ["configType", "name"] },
      description: "Name of the config type. Changing it replaces the config.",
    },
    {
      name: "data",
      type: "document",
      required: true,
      inEveryPatch: true,
      sets: unorderedKeys,
      description: "The document, as the config type prescribes it.",
    },
  ],
  outputs: [],
  problems: configDataProblems,
});
