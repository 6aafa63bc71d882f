import type { Manifest } from "../../access/render/manifest";
import { modeOf, type MutualTlsMode } from "./istio-evaluator-mtls";
import { compileRule, type MeshRequest, type Rule, type RuleContext } from "./istio-evaluator-rules";
import { selectsLabels, type Workload } from "./istio-evaluator-selector";

export type { MeshRequest } from "./istio-evaluator-rules";

/** `refused`: the connection ends in TLS; `denied`: a policy answers with 403 or gRPC's 7; `allowed`: the callee hears it. */
export type Verdict = "refused" | "denied" | "allowed";

/** What istiod hands to every proxy: the policies of the cluster, and the mesh's own settings. */
export interface Mesh {
  /** AuthorizationPolicy and PeerAuthentication objects. */
  readonly policies: readonly Manifest[];
  readonly rootNamespace: string;
  readonly trustDomain: string;
  readonly trustDomainAliases?: readonly string[];
  /** What each external authorizer of a CUSTOM policy answers. */
  readonly authorizers?: Readonly<Record<string, "allow" | "deny">>;
}

interface Policy extends RuleContext {
  readonly matches: (request: MeshRequest) => boolean;
  readonly provider: string;
}

function selects(policy: Manifest, workload: Workload, rootNamespace: string): boolean {
  const { namespace } = policy.metadata;
  return (namespace === workload.namespace || namespace === rootNamespace) && selectsLabels(policy, workload);
}

function toPolicy({ metadata, spec }: Manifest, trustDomains: readonly string[]): Policy {
  const action = (spec.action ?? "ALLOW") as string;
  if (!["ALLOW", "DENY", "CUSTOM", "AUDIT"].includes(action)) throw new Error(`no action "${action}"`);
  const provider = ((spec.provider ?? {}) as { name?: string }).name ?? "";
  const context = { action, namespace: metadata.namespace ?? "", trustDomains };
  const rules = ((spec.rules ?? []) as Rule[]).map((rule) => compileRule(rule, context));
  return { ...context, provider, matches: (request) => rules.some((matches) => matches(request)) };
}

// CUSTOM, then DENY, then ALLOW. Without an ALLOW policy everything else is allowed; with one, only what a rule of one
// allows: all of them together are one list. A policy without rules matches nothing.
function authorizer(policies: readonly Policy[], mesh: Mesh): (request: MeshRequest) => boolean {
  const ofAction = (action: string) => policies.filter((policy) => policy.action === action);
  const [custom, deny, allow] = [ofAction("CUSTOM"), ofAction("DENY"), ofAction("ALLOW")];
  const says = (provider: string) => mesh.authorizers?.[provider] ?? "deny";
  return (request) => {
    // An authorizer that speaks HTTP is not asked about TCP.
    const asked = request.method === undefined ? [] : custom.filter(({ matches }) => matches(request));
    if (asked.some(({ provider }) => says(provider) === "deny")) return false;
    if (deny.some(({ matches }) => matches(request))) return false;
    return allow.length === 0 || allow.some(({ matches }) => matches(request));
  };
}

function isRefused(mode: MutualTlsMode, { principal, foreignAuthority }: MeshRequest, trustDomains: readonly string[]) {
  if (principal === undefined) return mode === "STRICT";
  // A proxy that expects plaintext takes a TLS handshake for a malformed request.
  return (
    mode === "DISABLE" || foreignAuthority === true || !trustDomains.some((name) => principal.startsWith(`${name}/`))
  );
}

const trustDomainsOf = ({ trustDomain, trustDomainAliases = [] }: Mesh) => [trustDomain, ...trustDomainAliases];
const isDryRun = ({ metadata }: Manifest) => metadata.annotations?.["istio.io/dry-run"] === "true";

function policiesFor(mesh: Mesh, workload: Workload): readonly Policy[] {
  return mesh.policies
    .filter((policy) => policy.kind === "AuthorizationPolicy" && !isDryRun(policy))
    .filter((policy) => selects(policy, workload, mesh.rootNamespace))
    .map((policy) => toPolicy(policy, trustDomainsOf(mesh)));
}

/**
 * The sidecar of one workload, configured: decides requests that reach this workload. Not for gateways, which end the
 * public's TLS themselves.
 */
export function sidecarOf(mesh: Mesh, workload: Workload): (request: MeshRequest) => Verdict {
  const trustDomains = trustDomainsOf(mesh);
  const isAuthorized = authorizer(policiesFor(mesh, workload), mesh);
  const authentication = mesh.policies.filter(({ kind }) => kind === "PeerAuthentication");
  const modes = new Map<number, MutualTlsMode>();
  return (request) => {
    const mode = modes.get(request.port) ?? modeOf(authentication, mesh.rootNamespace, workload, request.port);
    modes.set(request.port, mode);
    if (isRefused(mode, request, trustDomains)) return "refused";
    return isAuthorized(request) ? "allowed" : "denied";
  };
}

/** What becomes of one request to a workload behind a sidecar. */
export function decide(mesh: Mesh, request: MeshRequest): Verdict {
  return sidecarOf(mesh, request)(request);
}

/** Whether authorization alone lets a request in, TLS aside: what a gateway decides, or a sidecar after the handshake. */
export function isAllowed(policies: readonly Manifest[], request: MeshRequest, settings: Partial<Mesh> = {}): boolean {
  const mesh = { policies, rootNamespace: "istio-system", trustDomain: "cluster.local", ...settings };
  return authorizer(policiesFor(mesh, request), mesh)(request);
}
