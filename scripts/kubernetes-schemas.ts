/** A JSON schema, or a part of one, as OpenAPI v3 writes it. */
type Node = Readonly<Record<string, unknown>>;

/** What the preview holds objects against: where it comes from, the definition of each kind, and the definitions. */
export interface SchemaTable {
  readonly source: string;
  /** `apps/v1 Deployment` -> name of its definition. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly definitions: Readonly<Record<string, Node>>;
}

/** Every kind that the program can register, as `<apiVersion> <kind>`. */
export const renderedKinds = [
  "v1 Namespace",
  "v1 Secret",
  "v1 Service",
  "v1 ServiceAccount",
  "v1 PersistentVolumeClaim",
  "v1 Pod",
  "apps/v1 Deployment",
  "apps/v1 StatefulSet",
  "networking.k8s.io/v1 NetworkPolicy",
  "networking.k8s.io/v1 Ingress",
  "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy",
  "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding",
  "cert-manager.io/v1 Certificate",
  "cert-manager.io/v1 ClusterIssuer",
  "gateway.networking.k8s.io/v1 Gateway",
  "gateway.networking.k8s.io/v1 HTTPRoute",
  "gateway.networking.k8s.io/v1 TLSRoute",
  "networking.istio.io/v1 DestinationRule",
  "networking.istio.io/v1 Gateway",
  "networking.istio.io/v1 VirtualService",
  "security.istio.io/v1 AuthorizationPolicy",
  "security.istio.io/v1 PeerAuthentication",
  "telemetry.istio.io/v1 Telemetry",
  "traefik.io/v1alpha1 IngressRouteTCP",
  "traefik.io/v1alpha1 Middleware",
  "traefik.io/v1alpha1 TLSOption",
] as const;

/** Path of an API version's OpenAPI document at the API server. */
export function openApiPath(apiVersion: string): string {
  return apiVersion.includes("/") ? `/openapi/v3/apis/${apiVersion}` : `/openapi/v3/api/${apiVersion}`;
}

// Formats that an API server checks with the meaning they have elsewhere.
const formats = new Set(["int32", "int64", "byte", "date-time"]);
// What judges no value, and CEL rules, which need the API server's evaluator.
const silent = /^(description|default|example|externalDocs|title|x-kubernetes-.*)$/;
const combinators = ["allOf", "anyOf", "oneOf"] as const;

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapNodes(nodes: unknown, map: (node: Node) => Node): Node {
  return Object.fromEntries(Object.entries(isNode(nodes) ? nodes : {}).map(([key, node]) => [key, map(node as Node)]));
}

// Combinators narrow an object that is described beside them: inside, a list of properties is not complete.
function compact(node: Node, isComplete = true): Node {
  if (typeof node.$ref === "string") return { $ref: node.$ref.replace("#/components/schemas/", "#/definitions/") };
  const kept: Record<string, unknown> = Object.fromEntries(Object.entries(node).filter(([key]) => !silent.test(key)));
  if (typeof kept.format === "string" && !formats.has(kept.format)) delete kept.format;
  if (kept.properties !== undefined) kept.properties = mapNodes(kept.properties, (child) => compact(child, isComplete));
  if (isNode(kept.additionalProperties)) kept.additionalProperties = compact(kept.additionalProperties, isComplete);
  if (isNode(kept.items)) kept.items = compact(kept.items, isComplete);
  for (const name of combinators)
    if (Array.isArray(kept[name])) kept[name] = kept[name].map((child: Node) => compact(child, false));
  if (isNode(kept.not)) kept.not = compact(kept.not, false);
  const isOpen = node["x-kubernetes-preserve-unknown-fields"] === true || kept.additionalProperties !== undefined;
  if (isComplete && !isOpen && isNode(kept.properties)) kept.additionalProperties = false;
  return kept;
}

// Nobody but a controller writes a status or what the server keeps about an object.
function withoutServerFields(name: string, node: Node): Node {
  const properties: Record<string, unknown> = { ...(node.properties as Node | undefined) };
  if (name.endsWith(".ObjectMeta")) delete properties.managedFields;
  else delete properties.status;
  return { ...node, properties };
}

function referencesIn(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(referencesIn);
  if (!isNode(node)) return [];
  const own = typeof node.$ref === "string" ? [node.$ref.replace("#/definitions/", "")] : [];
  return [...own, ...Object.values(node).flatMap(referencesIn)];
}

function definitionOf(schemas: Readonly<Record<string, Node>>, key: string): string {
  const [apiVersion = "", kind] = key.split(" ");
  const [version, group = ""] = apiVersion.split("/").reverse();
  const name = Object.keys(schemas).find((candidate) =>
    ((schemas[candidate]?.["x-kubernetes-group-version-kind"] ?? []) as readonly Node[]).some(
      (type) => type.group === group && type.version === version && type.kind === kind,
    ),
  );
  if (name === undefined) throw new Error(`the API server describes no ${key}`);
  return name;
}

/**
 * The table for the rendered kinds, of the schemas that an API server publishes for all their API versions. An object
 * whose properties are listed has no others. Throws when a kind is not described.
 */
export function toSchemaTable(source: string, schemas: Readonly<Record<string, Node>>): SchemaTable {
  const kinds = Object.fromEntries(renderedKinds.map((key) => [key, definitionOf(schemas, key)]));
  const roots = new Set(Object.values(kinds));
  const definitions = new Map<string, Node>();
  const open = [...roots];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (definitions.has(name)) continue;
    const schema = schemas[name];
    if (schema === undefined) throw new Error(`the API server refers to ${name} and does not describe it`);
    const isServed = roots.has(name) || name.endsWith(".ObjectMeta");
    const definition = compact(isServed ? withoutServerFields(name, schema) : schema);
    definitions.set(name, definition);
    open.push(...referencesIn(definition));
  }
  return { source, kinds, definitions: Object.fromEntries([...definitions].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** The table as text: one line per definition, so that a change of version shows what it changes. */
export function renderSchemaTable({ source, kinds, definitions }: SchemaTable): string {
  const lines = (table: Readonly<Record<string, unknown>>) =>
    Object.entries(table)
      .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
      .join(",\n");
  return `{\n  "source": ${JSON.stringify(source)},\n  "kinds": {\n${lines(kinds)}\n  },\n  "definitions": {\n${lines(definitions)}\n  }\n}\n`;
}
