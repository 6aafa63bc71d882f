import type { Caller, IdentifiedCaller } from "../model/caller";
import type { Call, PortCall, RpcCall } from "../model/call";
import { passthroughHosts } from "../model/exposure";
import { becauseAnnotation, type Manifest } from "./manifest";
import { groupBy } from "../model/group-by";
import { ingressEntry } from "../model/entry";
import type { Model } from "../model/model";
import { identityHeader, type HeaderState } from "../platform/patterns";
import { findStore, isStoreName } from "../platform/services";

const apiVersion = "security.istio.io/v1";
const kind = "AuthorizationPolicy";

interface Rule {
  readonly from?: readonly [{ readonly source: { readonly principals: readonly string[] } }];
  readonly to?: readonly [{ readonly operation: Readonly<Record<string, readonly string[]>> }];
  readonly when?: readonly [
    { readonly key: string; readonly values?: readonly string[]; readonly notValues?: readonly string[] },
  ];
}

interface Grant {
  readonly path: string;
  readonly port: number;
  readonly identityHeader: HeaderState | undefined;
  readonly principals: Set<string>;
}

function toText(trustDomain: string, { principal: { namespace, serviceAccount } }: IdentifiedCaller): string {
  return `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;
}

// Presence is all Istio can test of a header; an empty one counts as present.
function headerCondition(state: HeaderState | undefined): Pick<Rule, "when"> {
  if (state === undefined) return {};
  const key = `request.headers[${identityHeader}]`;
  return { when: [state === "present" ? { key, values: ["*"] } : { key, notValues: ["*"] }] };
}

function from(principals: Iterable<string>): Pick<Rule, "from"> {
  return { from: [{ source: { principals: [...principals].sort() } }] };
}

// Who may use each RPC in each header state.
function toGrants(calls: readonly RpcCall[], trustDomain: string): Grant[] {
  const grants = new Map<string, Grant>();
  for (const { caller, port, rpcs, identityHeader } of calls) {
    if (caller.kind === "anyone") throw new Error(`an RPC of port ${port} is open to anyone: only whole ports can be`);
    const principal = toText(trustDomain, caller);
    for (const path of rpcs) {
      const key = identityHeader === undefined ? path : `${path} ${identityHeader}`;
      const grant = grants.get(key) ?? { path, port, identityHeader, principals: new Set() };
      grants.set(key, grant);
      grant.principals.add(principal);
    }
  }
  return [...grants.values()];
}

// RPCs with the same callers share a rule. Ports and methods are always set: without them a rule opens more than it says.
function toRpcRules(calls: readonly RpcCall[], trustDomain: string): Rule[] {
  const groups = groupBy(
    toGrants(calls, trustDomain),
    ({ principals, identityHeader }) => `${[...principals].sort().join(" ")} ${identityHeader ?? ""}`,
  );
  return [...groups.entries()].sort(byKey).map(([, group]) => {
    const { principals, port, identityHeader } = group[0] as Grant;
    const paths = group.map(({ path }) => path).sort();
    const operation = { methods: ["POST"], paths, ports: [String(port)] };
    return { ...from(principals), to: [{ operation }], ...headerCondition(identityHeader) };
  });
}

function sortedPorts(calls: readonly PortCall[]): readonly number[] {
  return [...new Set(calls.map(({ port }) => port))].sort((left, right) => left - right);
}

const isIdentified = (caller: Caller): caller is IdentifiedCaller => caller.kind !== "anyone";

// No HTTP field: on a port that speaks no HTTP, a rule with one is dropped.
function toPortRules(calls: readonly PortCall[], trustDomain: string): Rule[] {
  const identified = calls.filter(({ caller }) => isIdentified(caller));
  return sortedPorts(identified).map((port) => {
    const callers = identified.filter((call) => call.port === port).map(({ caller }) => caller);
    const principals = new Set(callers.filter(isIdentified).map((caller) => toText(trustDomain, caller)));
    return { ...from(principals), to: [{ operation: { ports: [String(port)] } }] };
  });
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}

// Without `from`, a rule is for every client that the port accepts: one with a certificate, or in plaintext.
function toOpenPortRules(calls: readonly PortCall[]): Rule[] {
  const ports = [
    ...new Set(calls.filter(({ caller }) => !isIdentified(caller)).map(({ port }) => String(port))),
  ].sort();
  return ports.length === 0 ? [] : [{ to: [{ operation: { ports } }] }];
}

type Selector = Readonly<Record<string, string>>;

// A policy without a selector would be for the whole namespace: better none at all.
function toSelectors({ services }: Model): (callee: string) => Selector {
  const selectors = new Map<string, Selector>(services.map(({ name, selector }) => [name, selector]));
  return (callee) => {
    const selector = selectors.get(callee) ?? (isStoreName(callee) ? findStore(callee).selector : undefined);
    if (selector === undefined) throw new Error(`no pods are known for the callee "${callee}"`);
    return selector;
  };
}

function toReasons(calls: readonly Call[]): string {
  return [...new Set(calls.map(({ origin, because }) => `${origin}: ${because}`))].join("\n");
}

function toPolicy(name: string, calls: readonly Call[], matchLabels: Selector, { options }: Model): Manifest {
  const { trustDomain } = options.mesh;
  const rpcCalls = calls.filter((call) => call.kind === "rpc");
  const portCalls = calls.filter((call) => call.kind === "port");
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace: options.namespaces.platform,
      annotations: { [becauseAnnotation]: toReasons(calls) },
    },
    spec: {
      selector: { matchLabels },
      action: "ALLOW",
      rules: [
        ...toRpcRules(rpcCalls, trustDomain),
        ...toPortRules(portCalls, trustDomain),
        ...toOpenPortRules(portCalls),
      ],
    },
  };
}

// The passthrough rule is on the connection alone: on those chains a rule with an HTTP field disappears, and with it the
// overlay's way in.
function renderIngressPolicy({ options, exposures }: Model, matchLabels: Selector): Manifest {
  const hosts = exposures.flatMap(({ host }) => [host, `${host}:*`]);
  const rules: Rule[] = [
    { to: [{ operation: { hosts } }] },
    { when: [{ key: "connection.sni", values: passthroughHosts(options).map(({ host }) => host) }] },
  ];
  return {
    apiVersion,
    kind,
    metadata: {
      name: "public-hosts",
      namespace: options.namespaces.ingress,
      annotations: {
        [becauseAnnotation]: "The public reaches the public hosts and the overlay's own TLS, nothing else.",
      },
    },
    spec: { selector: { matchLabels }, action: "ALLOW", rules },
  };
}

function renderAllowNothing(namespace: string): Manifest {
  return {
    apiVersion,
    kind,
    metadata: {
      name: "allow-nothing",
      namespace,
      annotations: { [becauseAnnotation]: "What no other policy of this namespace allows is closed." },
    },
    spec: {},
  };
}

/**
 * One ALLOW policy per callee, one for the ingress gateway when the program manages it, and last an allow-nothing for
 * each of their namespaces: apply in this order and delete in reverse, so that nothing is closed before it is opened.
 */
export function renderAuthorizationPolicies(model: Model): readonly Manifest[] {
  const selectorOf = toSelectors(model);
  const { namespaces, mesh } = model.options;
  const { selector } = ingressEntry(model.options);
  const gateway =
    mesh.manage && selector ? [renderIngressPolicy(model, selector), renderAllowNothing(namespaces.ingress)] : [];
  return [
    ...[...groupBy(model.calls, ({ callee }) => callee)]
      .sort(byKey)
      .map(([name, calls]) => toPolicy(name, calls, selectorOf(name), model)),
    ...gateway,
    renderAllowNothing(namespaces.platform),
  ];
}
