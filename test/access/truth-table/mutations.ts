import type { Manifest } from "../../../access/render/manifest";

type Fields = Readonly<Record<string, readonly string[]>>;
interface Condition {
  readonly key: string;
  readonly values?: readonly string[];
  readonly notValues?: readonly string[];
}
interface Rule {
  readonly from?: readonly { readonly source: Fields }[];
  readonly to?: readonly { readonly operation: Fields }[];
  readonly when?: readonly Condition[];
}

/** One thing wrong with one policy: what, the policy as it then is (undefined: gone), and where a difference may show. */
export interface Mutation {
  readonly title: string;
  readonly mutant: Manifest | undefined;
  /** Paths and ports that the changed part names: cases about them are tried first. */
  readonly near: readonly string[];
}

/** One rule changed, and where that may show: by default about everything the rule names. */
type Variant = readonly [title: string, rule: Rule, near?: readonly string[]];

const stranger = "cluster.local/ns/platform/sa/default";
const strangerElsewhere = "cluster.local/ns/elsewhere/sa/gateway";
const ingress = "cluster.local/ns/ingress/sa/istio-ingressgateway";

const accountOf = (principal: string) => principal.slice(principal.lastIndexOf("/sa/"));
const serviceOf = (path: string) => path.slice(0, path.lastIndexOf("/"));
const methodOf = (path: string) => path.slice(path.lastIndexOf("/"));

function without<T extends object>(entry: T, key: keyof T): T {
  return Object.fromEntries(Object.entries(entry).filter(([name]) => name !== key)) as T;
}

function replaceEach(values: readonly string[], change: (value: string) => string | undefined): readonly string[][] {
  return values.map((value, index) => {
    const changed = change(value);
    return [...values.slice(0, index), ...(changed === undefined ? [] : [changed]), ...values.slice(index + 1)];
  });
}

function sourceChanges(rule: Rule): Variant[] {
  const principals = rule.from?.[0]?.source.principals;
  if (principals === undefined) return [];
  const changed = (title: string, sets: readonly (readonly string[])[]): Variant[] =>
    sets.map((set) => [title, { ...rule, from: [{ source: { principals: set.length === 0 ? ["nobody"] : set } }] }]);
  return [
    ["drop from", without(rule, "from")],
    ...changed(
      "drop a principal",
      replaceEach(principals, () => undefined),
    ),
    ...changed(
      "widen a principal to any namespace",
      replaceEach(principals, (name) => `*${accountOf(name)}`),
    ),
    ...changed(
      "widen a principal to its namespace",
      replaceEach(principals, (name) => `${name.split("/sa/")[0]}/*`),
    ),
    ...changed(
      "widen a principal to everyone",
      replaceEach(principals, () => "*"),
    ),
    ...changed(
      "add a principal",
      [stranger, strangerElsewhere, ingress].filter((it) => !principals.includes(it)).map((it) => [...principals, it]),
    ),
    ["take principals for notPrincipals", { ...rule, from: [{ source: { notPrincipals: principals } }] }],
    ["take principals for their namespace", { ...rule, from: [{ source: { namespaces: ["platform"] } }] }],
  ];
}

function withField(rule: Rule, name: string, values: readonly string[] | undefined): Rule {
  const operation = rule.to?.[0]?.operation ?? {};
  const changed = values === undefined ? without(operation, name) : { ...operation, [name]: values };
  return Object.keys(changed).length === 0 ? without(rule, "to") : { ...rule, to: [{ operation: changed }] };
}

function operationChanges(rule: Rule): Variant[] {
  const { ports = [], methods } = rule.to?.[0]?.operation ?? {};
  const ofMethods: Variant[] = [
    ["drop the method", withField(rule, "methods", undefined)],
    ["another method", withField(rule, "methods", ["GET"])],
    ["add a method", withField(rule, "methods", [...(methods ?? []), "GET"])],
  ];
  return [
    ["drop to", without(rule, "to")],
    ["drop the port", withField(rule, "ports", undefined)],
    ["another port", withField(rule, "ports", ["9999"])],
    ["add a port", withField(rule, "ports", [...ports, "9999"])],
    ...(methods === undefined ? [] : ofMethods),
    ...pathChanges(rule),
  ];
}

const pathVariants: readonly [string, (path: string) => string | undefined][] = [
  ["drop a path", () => undefined],
  ["widen a path to its service", (path) => `${serviceOf(path)}/*`],
  ["widen a path to what begins with it", (path) => `${path}*`],
  ["widen a path to every service", (path) => `*${methodOf(path)}`],
];

function pathChanges(rule: Rule): Variant[] {
  const { paths, ...others } = rule.to?.[0]?.operation ?? {};
  if (paths === undefined) return [];
  return [
    ["drop paths", withField(rule, "paths", undefined)],
    ["take paths for notPaths", { ...rule, to: [{ operation: { ...others, notPaths: paths } }] }],
    ...pathVariants.flatMap(([title, change]) =>
      replaceEach(paths, change).map((changed, index): Variant => {
        const values = changed.length === 0 ? ["/nothing"] : changed;
        return [title, withField(rule, "paths", values), paths.slice(index, index + 1)];
      }),
    ),
  ];
}

function conditionChanges(rule: Rule): Variant[] {
  const [condition] = rule.when ?? [];
  if (condition === undefined) return [];
  const { key, values, notValues } = condition;
  const swapped: Condition = { key, ...(values && { notValues: values }), ...(notValues && { values: notValues }) };
  return [
    ["drop when", without(rule, "when")],
    ["swap values and notValues", { ...rule, when: [swapped] }],
    ["ask for another header", { ...rule, when: [{ ...condition, key: "request.headers[x-other]" }] }],
  ];
}

function nearOf(rule: Rule | undefined): readonly string[] {
  const { paths, ports = [] } = rule?.to?.[0]?.operation ?? {};
  return paths ?? ports;
}

function ruleMutations(rules: readonly Rule[]): (readonly [string, readonly Rule[], readonly string[]])[] {
  return rules.flatMap((rule, index) => {
    const others = (changed: readonly Rule[]) => [...rules.slice(0, index), ...changed, ...rules.slice(index + 1)];
    const variants = [...sourceChanges(rule), ...operationChanges(rule), ...conditionChanges(rule)];
    return [
      ["drop a rule", others([]), nearOf(rule)] as const,
      ...variants.map(([title, changed, near]) => [title, others([changed]), near ?? nearOf(rule)] as const),
    ];
  });
}

/** Every mutation of one callee's policy. */
export function mutationsOf(policy: Manifest): readonly Mutation[] {
  const rules = (policy.spec.rules ?? []) as Rule[];
  const withSpec = (spec: Record<string, unknown>): Manifest => ({ ...policy, spec });
  const near = nearOf(rules[0]);
  const first = ruleMutations(rules).map(([title, changed, about]) => ({
    title,
    mutant: withSpec({ ...policy.spec, rules: changed }),
    near: about,
  }));
  return [
    ...first,
    { title: "drop the policy", mutant: undefined, near },
    { title: "drop every rule", mutant: withSpec({ ...policy.spec, rules: [] }), near },
    { title: "add an empty rule", mutant: withSpec({ ...policy.spec, rules: [...rules, {}] }), near },
    { title: "take ALLOW for DENY", mutant: withSpec({ ...policy.spec, action: "DENY" }), near },
    { title: "drop the selector", mutant: withSpec(without(policy.spec, "selector")), near: [] },
    {
      title: "select other labels",
      mutant: withSpec({ ...policy.spec, selector: { matchLabels: { app: "x" } } }),
      near,
    },
    {
      title: "another namespace",
      mutant: { ...policy, metadata: { ...policy.metadata, namespace: "elsewhere" } },
      near,
    },
  ];
}

/** Every mutation of the policy that closes a namespace. */
export function closingMutations(policy: Manifest): readonly Mutation[] {
  return [
    { title: "drop the policy", mutant: undefined, near: [] },
    { title: "add an empty rule", mutant: { ...policy, spec: { rules: [{}] } }, near: [] },
    { title: "take ALLOW for DENY", mutant: { ...policy, spec: { action: "DENY" } }, near: [] },
    { title: "select some labels", mutant: { ...policy, spec: { selector: { matchLabels: { app: "x" } } } }, near: [] },
    {
      title: "another namespace",
      mutant: { ...policy, metadata: { ...policy.metadata, namespace: "elsewhere" } },
      near: [],
    },
  ];
}

/** Every mutation of the policy that asks for mutual TLS. */
export function authenticationMutations(policy: Manifest): readonly Mutation[] {
  const inMode = (mode: string): Manifest => ({ ...policy, spec: { mtls: { mode } } });
  return [
    { title: "drop the policy", mutant: undefined, near: [] },
    { title: "PERMISSIVE", mutant: inMode("PERMISSIVE"), near: [] },
    { title: "DISABLE", mutant: inMode("DISABLE"), near: [] },
    { title: "UNSET", mutant: inMode("UNSET"), near: [] },
    {
      title: "select some labels",
      mutant: { ...policy, spec: { ...policy.spec, selector: { matchLabels: { app: "x" } } } },
      near: [],
    },
    {
      title: "another namespace",
      mutant: { ...policy, metadata: { ...policy.metadata, namespace: "elsewhere" } },
      near: [],
    },
  ];
}
