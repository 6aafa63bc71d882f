import type { Manifest } from "../../access/manifest";

/** A request as the callee's sidecar sees it. `principal` is absent without mutual TLS. */
export interface MeshRequest {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly principal?: string;
  readonly port: number;
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly sni?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Rule {
  readonly from?: readonly { readonly source: Fields }[];
  readonly to?: readonly { readonly operation: Fields }[];
  readonly when?: readonly Condition[];
}
type Fields = Readonly<Record<string, readonly string[]>>;
interface Condition {
  readonly key: string;
  readonly values?: readonly string[];
  readonly notValues?: readonly string[];
}

// Written from Istio's documentation of AuthorizationPolicy, not from the renderer. What is not known here is an error:
// a field that were ignored would make a policy look narrower or wider than it is.
const matchers: Readonly<Record<string, (request: MeshRequest) => string | undefined>> = {
  principals: ({ principal }) => principal,
  ports: ({ port }) => String(port),
  methods: ({ method }) => method,
  paths: ({ path }) => path,
  hosts: ({ host }) => host?.toLowerCase(),
};

function matchesValue(pattern: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  if (pattern === "*") return true;
  if (pattern.startsWith("*")) return value.endsWith(pattern.slice(1));
  if (pattern.endsWith("*")) return value.startsWith(pattern.slice(0, -1));
  return pattern === value;
}

// The fields of one source or operation must all match; the values of one field are alternatives.
function matchesFields(fields: Fields, request: MeshRequest): boolean {
  return Object.entries(fields).every(([name, patterns]) => {
    const read = matchers[name];
    if (read === undefined) throw new Error(`the evaluator does not know the field "${name}"`);
    return patterns.some((pattern) => matchesValue(pattern, read(request)));
  });
}

function readCondition(key: string, request: MeshRequest): string | undefined {
  if (key === "connection.sni") return request.sni;
  const header = /^request\.headers\[(.+)\]$/.exec(key)?.[1];
  if (header === undefined) throw new Error(`the evaluator does not know the condition "${key}"`);
  return request.headers?.[header];
}

function matchesCondition({ key, values, notValues }: Condition, request: MeshRequest): boolean {
  const value = readCondition(key, request);
  const wanted = values === undefined || values.some((pattern) => matchesValue(pattern, value));
  const unwanted = notValues?.some((pattern) => matchesValue(pattern, value)) ?? false;
  return wanted && !unwanted;
}

function matchesRule({ from, to, when }: Rule, request: MeshRequest): boolean {
  return (
    (from === undefined || from.some(({ source }) => matchesFields(source, request))) &&
    (to === undefined || to.some(({ operation }) => matchesFields(operation, request))) &&
    (when ?? []).every((condition) => matchesCondition(condition, request))
  );
}

function selects({ metadata, spec }: Manifest, { namespace, labels }: MeshRequest): boolean {
  if (metadata.namespace !== namespace) return false;
  const { matchLabels = {} } = (spec.selector ?? {}) as { matchLabels?: Record<string, string> };
  return Object.entries(matchLabels).every(([label, value]) => labels[label] === value);
}

/** Whether the policies let a request into its workload: open when none selects it, else when one rule of one matches. */
export function isAllowed(policies: readonly Manifest[], request: MeshRequest): boolean {
  const selecting = policies.filter((policy) => selects(policy, request));
  if (selecting.some(({ spec }) => (spec.action ?? "ALLOW") !== "ALLOW")) throw new Error("only ALLOW is known");
  if (selecting.length === 0) return true;
  return selecting.some(({ spec }) => ((spec.rules ?? []) as Rule[]).some((rule) => matchesRule(rule, request)));
}
