import type { Call, PortCall, Principal, RpcCall } from "../calls";
import { passthroughHosts } from "../exposure";
import { becauseAnnotation, type Manifest } from "../manifest";
import type { Model } from "../model";
import { identityHeader, type HeaderState } from "../patterns";
import { findService, findStore, ingressGateway, isServiceName, type ServiceName, type StoreName } from "../services";

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

function toText(trustDomain: string, { namespace, serviceAccount }: Principal): string {
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
    for (const path of rpcs) {
      const key = `${path} ${identityHeader ?? ""}`;
      const grant = grants.get(key) ?? { path, port, identityHeader, principals: new Set() };
      grants.set(key, grant);
      grant.principals.add(toText(trustDomain, caller));
    }
  }
  return [...grants.values()];
}

// RPCs with the same callers share a rule. Ports and methods are always set: without them a rule opens more than it says.
function toRpcRules(calls: readonly RpcCall[], trustDomain: string): Rule[] {
  const groups = new Map<string, Grant[]>();
  for (const grant of toGrants(calls, trustDomain)) {
    const key = `${[...grant.principals].sort().join(" ")} ${grant.identityHeader ?? ""}`;
    groups.set(key, [...(groups.get(key) ?? []), grant]);
  }
  return [...groups.entries()].sort(byKey).map(([, group]) => {
    const { principals, port, identityHeader } = group[0] as Grant;
    const paths = group.map(({ path }) => path).sort();
    const operation = { methods: ["POST"], paths, ports: [String(port)] };
    return { ...from(principals), to: [{ operation }], ...headerCondition(identityHeader) };
  });
}

// No HTTP field: on a port that speaks no HTTP, a rule with one is dropped.
function toPortRules(calls: readonly PortCall[], trustDomain: string): Rule[] {
  const ports = [...new Set(calls.map(({ port }) => port))].sort((left, right) => left - right);
  return ports.map((port) => {
    const callers = calls.filter((call) => call.port === port).map(({ caller }) => toText(trustDomain, caller));
    return { ...from(new Set(callers)), to: [{ operation: { ports: [String(port)] } }] };
  });
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}

function selectorOf(callee: ServiceName | StoreName) {
  return isServiceName(callee) ? findService(callee).selector : findStore(callee).selector;
}

function toPolicy(callee: ServiceName | StoreName, calls: readonly Call[], { options }: Model): Manifest {
  const { trustDomain } = options.mesh;
  const rpcCalls = calls.filter((call) => call.kind === "rpc");
  const portCalls = calls.filter((call) => call.kind === "port");
  const reasons = [...new Set(calls.map(({ origin, because }) => `${origin}: ${because}`))].join("\n");
  return {
    apiVersion,
    kind,
    metadata: {
      name: callee,
      namespace: options.namespaces.platform,
      annotations: { [becauseAnnotation]: reasons },
    },
    spec: {
      selector: { matchLabels: selectorOf(callee) },
      action: "ALLOW",
      rules: [...toRpcRules(rpcCalls, trustDomain), ...toPortRules(portCalls, trustDomain)],
    },
  };
}

// The passthrough rule is on the connection alone: on those chains a rule with an HTTP field disappears, and with it the
// overlay's way in.
function renderIngressPolicy({ options, exposures }: Model): Manifest {
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
    spec: { selector: { matchLabels: ingressGateway.selector }, action: "ALLOW", rules },
  };
}

function renderAllowNothing({ options }: Model): Manifest {
  return {
    apiVersion,
    kind,
    metadata: {
      name: "allow-nothing",
      namespace: options.namespaces.platform,
      annotations: { [becauseAnnotation]: "What no other policy of this namespace allows is closed." },
    },
    spec: {},
  };
}

/**
 * One ALLOW policy per callee, one for the ingress gateway when the program manages it, and last the platform
 * namespace's allow-nothing: apply in this order and delete in reverse, so that nothing is closed before it is opened.
 */
export function renderAuthorizationPolicies(model: Model): readonly Manifest[] {
  const callees = [...new Set(model.calls.map(({ callee }) => callee))].sort();
  return [
    ...callees.map((callee) =>
      toPolicy(
        callee,
        model.calls.filter((call) => call.callee === callee),
        model,
      ),
    ),
    ...(model.options.mesh.manage ? [renderIngressPolicy(model)] : []),
    renderAllowNothing(model),
  ];
}
