/** A request as the callee's proxy sees it. */
export interface MeshRequest {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `<trust domain>/ns/<namespace>/sa/<account>` of the client's certificate; absent without mutual TLS. */
  readonly principal?: string;
  /** The certificate comes from an authority that the mesh does not know. */
  readonly foreignAuthority?: boolean;
  readonly port: number;
  /** Absent on a connection that the proxy handles as TCP, whatever it carries. */
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly sni?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Fields = Readonly<Record<string, readonly string[]>>;

interface Condition {
  readonly key: string;
  readonly values?: readonly string[];
  readonly notValues?: readonly string[];
}

/** One rule of an AuthorizationPolicy: any of `from`, any of `to`, all of `when`. */
export interface Rule {
  readonly from?: readonly { readonly source: Fields }[];
  readonly to?: readonly { readonly operation: Fields }[];
  readonly when?: readonly Condition[];
}

/** What a rule is read with: the policy it stands in, and the mesh's trust domain with its aliases. */
export interface RuleContext {
  readonly action: string;
  readonly namespace: string;
  readonly trustDomains: readonly string[];
}

interface Field {
  /** Only on HTTP; a TCP connection has no such thing. */
  readonly http: boolean;
  readonly matches: (pattern: string, request: MeshRequest, context: RuleContext) => boolean;
}

// Written from Istio's documentation of AuthorizationPolicy, not from the renderer. What is not known here is an error:
// a field that were ignored would make a policy look narrower or wider than it is.
const fields: Readonly<Record<string, Field>> = {
  principals: { http: false, matches: matchesPrincipal },
  namespaces: {
    http: false,
    matches: (pattern, { principal }) => matchesText(pattern, partOf(principal, "namespace")),
  },
  serviceAccounts: { http: false, matches: matchesServiceAccount },
  ports: { http: false, matches: (pattern, { port }) => pattern === String(port) },
  methods: { http: true, matches: (pattern, { method }) => matchesText(pattern, method) },
  hosts: { http: true, matches: (pattern, { host }) => matchesText(pattern.toLowerCase(), host?.toLowerCase()) },
  paths: { http: true, matches: (pattern, { path }) => matchesPath(pattern, path) },
};

function matchesText(pattern: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  if (pattern === "*") return value !== "";
  if (pattern.startsWith("*")) return value.endsWith(pattern.slice(1));
  if (pattern.endsWith("*")) return value.startsWith(pattern.slice(0, -1));
  return pattern === value;
}

function partOf(principal: string | undefined, part: "namespace" | "account"): string | undefined {
  const found = /^[^/]+\/ns\/(?<namespace>[^/]+)\/sa\/(?<account>[^/]+)$/.exec(principal ?? "");
  return found?.groups?.[part];
}

// A principal under `cluster.local`, or under any name of the mesh's trust domain, is meant under all of those names.
function matchesPrincipal(pattern: string, { principal }: MeshRequest, { trustDomains }: RuleContext): boolean {
  const [trustDomain = "", ...rest] = pattern.split("/");
  const isFull = rest.length === 4 && !trustDomain.includes("*");
  const isLocal = trustDomain === "cluster.local" || trustDomains.includes(trustDomain);
  const meant = isFull && isLocal ? trustDomains.map((name) => [name, ...rest].join("/")) : [pattern];
  return meant.some((full) => matchesText(full, principal));
}

// Any trust domain: those outside of the mesh end before, in TLS.
function matchesServiceAccount(pattern: string, { principal }: MeshRequest, { namespace }: RuleContext): boolean {
  const [first = "", second] = pattern.split("/");
  const [wantedNamespace, account] = second === undefined ? [namespace, first] : [first, second];
  return partOf(principal, "namespace") === wantedNamespace && partOf(principal, "account") === account;
}

function matchesPath(pattern: string, path: string | undefined): boolean {
  if (pattern.includes("{")) throw new Error(`the evaluator does not know path templates: "${pattern}"`);
  return matchesText(pattern, path === undefined ? undefined : normalizePath(path));
}

/**
 * A path as the proxy compares it: without the query, escapes of unreserved characters decoded, dot segments resolved.
 * Double slashes, encoded slashes, parameters and letter case stay what they are.
 */
export function normalizePath(path: string): string {
  const bare = path.replace(/\?.*$/s, "").replaceAll("\\", "/");
  const decoded = bare.replace(/%[0-9A-Fa-f]{2}/g, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : escape.toUpperCase();
  });
  const segments: string[] = [];
  const given = decoded.split("/").slice(1);
  given.forEach((segment, index) => {
    const isLast = index === given.length - 1;
    if (segment === "..") segments.pop();
    else if (segment !== ".") segments.push(segment);
    if (isLast && (segment === ".." || segment === ".")) segments.push("");
  });
  return `/${segments.join("/")}`;
}

// The fields of one source or operation must all match; the values of one field are alternatives.
function matchesFields(entry: Fields, request: MeshRequest, context: RuleContext): boolean {
  return Object.entries(entry).every(([name, patterns]) => {
    const positive = name.replace(/^not([A-Z])/, (_, letter: string) => letter.toLowerCase());
    const field = fields[positive];
    if (field === undefined) throw new Error(`the evaluator does not know the field "${name}"`);
    if (field.http && request.method === undefined) return onTcp(context);
    return patterns.some((pattern) => field.matches(pattern, request, context)) === (positive === name);
  });
}

// On TCP an ALLOW rule with a field of HTTP is dropped: it gets narrower. From a DENY rule only the field is removed: it
// gets wider.
function onTcp({ action }: RuleContext): boolean {
  return action === "DENY";
}

const conditions: Readonly<Record<string, Field>> = {
  "source.principal": { http: false, matches: matchesPrincipal },
  "source.namespace": fields.namespaces as Field,
  "destination.port": fields.ports as Field,
  "connection.sni": { http: false, matches: (pattern, { sni }) => matchesText(pattern, sni) },
};

// "*" asks for presence alone: an empty header is there.
function headerCondition(name: string): Field {
  return {
    http: true,
    matches: (pattern, { headers }) => {
      const value = headers?.[name.toLowerCase()];
      return pattern === "*" ? value !== undefined : matchesText(pattern, value);
    },
  };
}

function matchesCondition({ key, values, notValues }: Condition, request: MeshRequest, context: RuleContext): boolean {
  const header = /^request\.headers\[(.+)\]$/.exec(key)?.[1];
  const field = header === undefined ? conditions[key] : headerCondition(header);
  if (field === undefined) throw new Error(`the evaluator does not know the condition "${key}"`);
  if (field.http && request.method === undefined) return onTcp(context);
  const isOneOf = (patterns: readonly string[]) => patterns.some((one) => field.matches(one, request, context));
  return (values === undefined || isOneOf(values)) && (notValues === undefined || !isOneOf(notValues));
}

/** Whether a rule matches a request. A rule without `from`, `to` and `when` matches every one. */
export function matchesRule(rule: Rule, request: MeshRequest, context: RuleContext): boolean {
  const { from, to, when } = rule;
  if (from?.length === 0 || to?.length === 0) throw new Error("an empty list of sources or operations is refused");
  return (
    (from === undefined || from.some(({ source }) => matchesFields(source, request, context))) &&
    (to === undefined || to.some(({ operation }) => matchesFields(operation, request, context))) &&
    (when ?? []).every((condition) => matchesCondition(condition, request, context))
  );
}
