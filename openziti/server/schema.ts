import { functions, functionToken } from "../functions";
import type { Parameter, ProviderFunction, Result } from "../functions/function";
import { declaredKinds, tokenOf } from "../kinds";
import { Field, FieldType, Kind, Output } from "../kinds/kind";
import { Argument, providerArguments } from "./connection";
import { clusterDnsSchema, clusterDnsToken } from "./cluster-dns";
import { foreignGrantsSchema, foreignGrantsToken } from "./foreign-grants";
import { waitSchemas } from "./waits";

/** Version of the provider: that of the project it is part of. */
export const pluginVersion = "0.1.0";

/** Pulumi's description of the package, for other languages and for documentation. */
export function renderSchema(): string {
  return JSON.stringify({
    name: "openziti",
    version: pluginVersion,
    description: "Objects of an OpenZiti controller.",
    config: { variables: byName(providerArguments, argumentProperty) },
    provider: {
      inputProperties: byName(providerArguments, argumentProperty),
      requiredInputs: requiredNames(providerArguments),
    },
    types: Object.fromEntries(
      providerArguments.flatMap(({ name, fields }) => (fields ? [[typeToken(name), objectType(fields)]] : [])),
    ),
    resources: {
      ...Object.fromEntries(declaredKinds.map((kind) => [tokenOf(kind), resource(kind)])),
      [foreignGrantsToken]: foreignGrantsSchema,
      [clusterDnsToken]: clusterDnsSchema,
      ...waitSchemas,
    },
    functions: Object.fromEntries(functions.map((each) => [functionToken(each), functionShape(each)])),
  });
}

function resource(kind: Kind) {
  const inputs = byName(kind.fields, fieldProperty);
  const always = kind.fields.filter((field) => field.required || field.default !== undefined);
  return {
    description: kind.description,
    inputProperties: inputs,
    requiredInputs: requiredNames(kind.fields),
    properties: { ...inputs, ...byName(kind.outputs, outputProperty) },
    required: [...always, ...kind.outputs].map(({ name }) => name),
  };
}

function functionShape({ description, parameters, results }: ProviderFunction) {
  const required = results.map(({ name }) => name);
  return {
    description,
    inputs: { type: "object", properties: byName(parameters, valueProperty), required: requiredNames(parameters) },
    outputs: { type: "object", properties: byName(results, valueProperty), required },
  };
}

const texts = { type: "array", items: { type: "string" } };
const anything = { type: "object", additionalProperties: { $ref: "pulumi.json#/Any" } };

const types: Readonly<Record<FieldType, object>> = {
  name: { type: "string" },
  string: { type: "string" },
  pem: { type: "string" },
  boolean: { type: "boolean" },
  integer: { type: "integer" },
  attributes: texts,
  roles: texts,
  ids: texts,
  tags: { type: "object", additionalProperties: { type: "string" } },
  record: anything,
  document: anything,
};

function valueProperty({ type, description }: Parameter | Result): object {
  if (type === "texts") return { ...texts, description };
  if (type === "records") return { type: "array", items: anything, description };
  return { type, description };
}

function fieldProperty({ type, description, secret, replaces, default: value }: Field): object {
  const isPlain = typeof value === "string" || typeof value === "boolean" || typeof value === "number";
  return {
    ...types[type],
    description,
    ...(secret && { secret }),
    ...(replaces && { willReplaceOnChanges: true }),
    ...(isPlain && { default: value }),
  };
}

function outputProperty({ type, description, secret }: Output): object {
  return { type, description, ...(secret && { secret }) };
}

function argumentProperty({ name, type, description, secret }: Argument): object {
  return { ...argumentType(name, type), description, ...(secret && { secret }) };
}

function argumentType(name: string, type: Argument["type"]): object {
  if (type === "addresses" || type === "names") return { oneOf: [{ type: "string" }, texts] };
  if (type === "object") return { $ref: `#/types/${typeToken(name)}` };
  return { type: type === "port" ? "integer" : type };
}

function objectType(fields: readonly Argument[]): object {
  return { type: "object", properties: byName(fields, argumentProperty), required: requiredNames(fields) };
}

function typeToken(name: string): string {
  return `openziti:index:${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function byName<T extends { readonly name: string }>(items: readonly T[], render: (item: T) => object): object {
  return Object.fromEntries(items.map((item) => [item.name, render(item)]));
}

function requiredNames(items: readonly { readonly name: string; readonly required?: boolean }[]): string[] {
  return items.filter(({ required }) => required).map(({ name }) => name);
}
