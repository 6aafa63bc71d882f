import Ajv, { ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { projectRoot } from "./project-root";

type Node = Record<string, unknown>;

interface Operation {
  parameters?: { in: string; schema?: Node }[];
  responses: Record<string, { schema?: Node }>;
}

interface Specification {
  basePath: string;
  paths: Record<string, Record<string, Operation>>;
  definitions: Record<string, Node>;
}

const file = path.join(projectRoot, "../shared/data/openziti-management-api.yml");

/** True when the published description of the API is beside the repository. */
export const hasOpenApi = fs.existsSync(file);

// Swagger 2.0 to JSON schema: x-nullable becomes a null type, and the generator's marks go. Where the description is
// known to be off, the engine is followed: empty lists and maps are written as null, a bare object stands for any value
// (tags hold texts), fields that are required but described nowhere do not exist, links are relative, and a uuid is any text.
function toJsonSchema(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(toJsonSchema);
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).filter(
    ([key, value]) => value !== null && !key.startsWith("x-") && key !== "example",
  );
  const schema: Node = Object.fromEntries(entries.map(([key, value]) => [key, toJsonSchema(value)]));
  if (schema.format === "uri" || schema.format === "uuid") delete schema.format;
  const { properties, required } = schema;
  if (Array.isArray(required))
    schema.required = required.filter((name) => Object.hasOwn(properties ?? {}, name as string));
  const mayBeNull = (node as Node)["x-nullable"] === true || schema.type === "array" || schema.type === "object";
  if (Object.keys(schema).every((key) => key === "type" || key === "description") && schema.type === "object")
    return {};
  if (!mayBeNull || typeof schema.type !== "string") return schema;
  if (Array.isArray(schema.enum)) schema.enum = [...(schema.enum as unknown[]), null];
  return { ...schema, type: [schema.type, "null"] };
}

function load(): Specification {
  // The float tags stand before plain whole numbers, where YAML 1.2 would make them texts.
  const specification = parse(fs.readFileSync(file, "utf8").replaceAll("!!float ", "")) as Specification;
  const definitions = toJsonSchema(specification.definitions) as Record<string, Node>;
  for (const [name, properties] of Object.entries(nullInFact)) allowNull(definitions[name], properties);
  return { ...specification, definitions };
}

/** Properties that are described as texts and come as null when they are empty. */
const nullInFact: Readonly<Record<string, readonly string[]>> = {
  externalJwtSignerDetail: ["clientId", "externalAuthUrl", "fingerprint", "kid"],
};

function allowNull(definition: Node | undefined, names: readonly string[]): void {
  const parts = (definition?.["allOf"] ?? []) as readonly { properties?: Record<string, Node> }[];
  for (const { properties = {} } of parts) {
    for (const name of names) if (properties[name] !== undefined) properties[name] = { type: ["string", "null"] };
  }
}

/** Checks requests and responses against the published description of the Edge Management API. */
export class OpenApi {
  private static shared?: OpenApi;

  private readonly specification = load();
  private readonly ajv = addFormats(new Ajv({ strict: false, allErrors: true, logger: false }));
  private readonly compiled = new Map<string, ValidateFunction>();

  private constructor() {
    this.ajv.addSchema({ $id: "api", definitions: this.specification.definitions });
  }

  /** The description, read once per run. Only where `hasOpenApi` is true. */
  static load(): OpenApi {
    return (OpenApi.shared ??= new OpenApi());
  }

  /** What is wrong with a response; empty when nothing. `target` is the path below the base path, without the query. */
  responseProblems(method: string, target: string, status: number, body: unknown): string[] {
    const found = this.tryFindOperation(method, target);
    if (found === undefined) return [`${method} ${target} is not described`];
    const response = found.operation.responses[String(status)];
    // 500 is never described, and 404, 405 and 409 are left out here and there: then the error envelope has to hold.
    const schema =
      response === undefined && status >= 400 ? { $ref: "#/definitions/apiErrorEnvelope" } : response?.schema;
    if (schema === undefined) return response === undefined ? [`${method} ${target} does not answer ${status}`] : [];
    return this.problems(`${method} ${found.template} ${status}`, schema, body);
  }

  /** What is wrong with a request's body; empty when nothing. */
  requestProblems(method: string, target: string, body: unknown): string[] {
    const found = this.tryFindOperation(method, target);
    if (found === undefined) return [`${method} ${target} is not described`];
    const schema = found.operation.parameters?.find((parameter) => parameter.in === "body")?.schema;
    return schema === undefined || body === undefined ? [] : this.problems(`${method} ${found.template}`, schema, body);
  }

  private problems(key: string, schema: Node, value: unknown): string[] {
    let validate = this.compiled.get(key);
    if (validate === undefined) {
      const absolute = JSON.stringify(toJsonSchema(schema)).replaceAll('"#/definitions/', '"api#/definitions/');
      validate = this.ajv.compile(JSON.parse(absolute) as Node);
      this.compiled.set(key, validate);
    }
    if (validate(value) === true) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${key}: ${instancePath || "/"} ${message}`);
  }

  private tryFindOperation(method: string, target: string): { template: string; operation: Operation } | undefined {
    const segments = target.split("/");
    for (const [template, operations] of Object.entries(this.specification.paths)) {
      const parts = template.split("/");
      const fits =
        parts.length === segments.length && parts.every((part, i) => part.startsWith("{") || part === segments[i]);
      const operation = operations[method.toLowerCase()];
      if (fits && operation !== undefined) return { template, operation };
    }
    return undefined;
  }
}
