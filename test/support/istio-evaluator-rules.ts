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

type Matcher = (request: MeshRequest) => boolean;

interface Field {
  /** Only on HTTP; a TCP connection has no such thing. */
  readonly http: boolean;
  readonly compile: (patterns: readonly string[], context: RuleContext) => Matcher;
}

const always: Matcher = () => true;

// Written from Istio's documentation of AuthorizationPolicy, not from the renderer. What is not known here is an error:
// a field that were ignored would make a policy look narrower or wider than it is.
const fields: Readonly<Record<string, Field>> = {
  principals: { http: false, compile: compilePrincipals },
  namespaces: {
    http: false,
    compile: (patterns) => anyText(patterns, ({ principal }) => partsOf(principal)?.namespace),
  },
  serviceAccounts: { http: false, compile: compileServiceAccounts },
  ports: { http: false, compile: (patterns) => anyText(patterns, ({ port }) => String(port)) },
  methods: { http: true, compile: (patterns) => anyText(patterns, ({ method }) => method) },
  hosts: { http: true, compile: compileHosts },
  paths: { http: true, compile: compilePaths },
};

function matchesText(pattern: string, value: string): boolean {
  if (pattern === "*") return value !== "";
  return pattern.startsWith("*") ? value.endsWith(pattern.slice(1)) : value.startsWith(pattern.slice(0, -1));
}

// Exact, by prefix, by suffix, or present: the only patterns there are.
function anyText(patterns: readonly string[], read: (request: MeshRequest) => string | undefined): Matcher {
  const isWild = (pattern: string) => pattern.startsWith("*") || pattern.endsWith("*");
  const exact = new Set(patterns.filter((pattern) => !isWild(pattern)));
  const wild = patterns.filter(isWild);
  return (request) => {
    const value = read(request);
    return value !== undefined && (exact.has(value) || wild.some((pattern) => matchesText(pattern, value)));
  };
}

function partsOf(principal: string | undefined) {
  const found = /^[^/]+\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(principal ?? "");
  return found === null ? undefined : { namespace: found[1] ?? "", account: found[2] ?? "" };
}

// A principal under `cluster.local`, or under any name of the mesh's trust domain, is meant under all of those names.
function compilePrincipals(patterns: readonly string[], { trustDomains }: RuleContext): Matcher {
  const meant = patterns.flatMap((pattern) => {
    const [trustDomain = "", ...rest] = pattern.split("/");
    const isFull = rest.length === 4 && !trustDomain.includes("*");
    const isLocal = trustDomain === "cluster.local" || trustDomains.includes(trustDomain);
    return isFull && isLocal ? trustDomains.map((name) => [name, ...rest].join("/")) : [pattern];
  });
  return anyText(meant, ({ principal }) => principal);
}

// Any trust domain: those outside of the mesh end before, in TLS. No wildcards; a bare name is of the policy's namespace.
function compileServiceAccounts(patterns: readonly string[], { namespace }: RuleContext): Matcher {
  const full = new Set(patterns.map((pattern) => (pattern.includes("/") ? pattern : `${namespace}/${pattern}`)));
  return ({ principal }) => {
    const parts = partsOf(principal);
    return parts !== undefined && full.has(`${parts.namespace}/${parts.account}`);
  };
}

function compileHosts(patterns: readonly string[]): Matcher {
  const lower = patterns.map((pattern) => pattern.toLowerCase());
  return anyText(lower, ({ host }) => host?.toLowerCase());
}

function compilePaths(patterns: readonly string[]): Matcher {
  const template = patterns.find((pattern) => pattern.includes("{"));
  if (template !== undefined) throw new Error(`the evaluator does not know path templates: "${template}"`);
  return anyText(patterns, ({ path }) => (path === undefined ? undefined : normalizePath(path)));
}

/**
 * A path as the proxy compares it: without the query, escapes of unreserved characters decoded, dot segments resolved.
 * Double slashes, encoded slashes, parameters and letter case stay what they are.
 */
export function normalizePath(path: string): string {
  // Most paths are in normal form; the long way is for the others.
  if (/^(\/[A-Za-z0-9_-][A-Za-z0-9._~-]*)+$/.test(path)) return path;
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

// On TCP an ALLOW rule with a field of HTTP is dropped: it gets narrower. From a DENY rule only the field is removed: it
// gets wider.
function onlyHttp(matcher: Matcher, { action }: RuleContext): Matcher {
  return (request) => (request.method === undefined ? action === "DENY" : matcher(request));
}

function compileField(field: Field, patterns: readonly string[], negated: boolean, context: RuleContext): Matcher {
  const matcher = field.compile(patterns, context);
  const wanted: Matcher = negated ? (request) => !matcher(request) : matcher;
  return field.http ? onlyHttp(wanted, context) : wanted;
}

// The fields of one source or operation must all match; the values of one field are alternatives.
function compileFields(entry: Fields, context: RuleContext): Matcher {
  const matchers = Object.entries(entry).map(([name, patterns]) => {
    const positive = name.replace(/^not([A-Z])/, (_, letter: string) => letter.toLowerCase());
    const field = fields[positive];
    if (field === undefined) throw new Error(`the evaluator does not know the field "${name}"`);
    return compileField(field, patterns, positive !== name, context);
  });
  return (request) => matchers.every((matcher) => matcher(request));
}

const conditions: Readonly<Record<string, Field>> = {
  "source.principal": fields.principals as Field,
  "source.namespace": fields.namespaces as Field,
  "destination.port": fields.ports as Field,
  "connection.sni": { http: false, compile: (patterns) => anyText(patterns, ({ sni }) => sni) },
};

// "*" asks for presence alone: an empty header is there.
function headerCondition(name: string): Field {
  const read = ({ headers }: MeshRequest) => headers?.[name.toLowerCase()];
  return {
    http: true,
    compile: (patterns) =>
      patterns.includes("*") ? (request) => read(request) !== undefined : anyText(patterns, read),
  };
}

function compileCondition({ key, values, notValues }: Condition, context: RuleContext): Matcher {
  const header = /^request\.headers\[(.+)\]$/.exec(key)?.[1];
  const field = header === undefined ? conditions[key] : headerCondition(header);
  if (field === undefined) throw new Error(`the evaluator does not know the condition "${key}"`);
  const wanted = values === undefined ? always : compileField(field, values, false, context);
  const unwanted = notValues === undefined ? always : compileField(field, notValues, true, context);
  return (request) => wanted(request) && unwanted(request);
}

function anyOf(matchers: readonly Matcher[] | undefined): Matcher {
  if (matchers === undefined) return always;
  if (matchers.length === 0) throw new Error("an empty list of sources or operations is refused");
  return (request) => matchers.some((matcher) => matcher(request));
}

/** A rule as a test of requests. One without `from`, `to` and `when` matches every one. */
export function compileRule({ from, to, when }: Rule, context: RuleContext): Matcher {
  const sources = anyOf(from?.map(({ source }) => compileFields(source, context)));
  const operations = anyOf(to?.map(({ operation }) => compileFields(operation, context)));
  const all = (when ?? []).map((condition) => compileCondition(condition, context));
  return (request) => sources(request) && operations(request) && all.every((matcher) => matcher(request));
}
