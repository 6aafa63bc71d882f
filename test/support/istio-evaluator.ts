import type { Manifest } from "../../access/manifest";
import { modeOf, type MutualTlsMode } from "./istio-evaluator-mtls";
import { matchesRule, type MeshRequest, type Rule, type RuleContext } from "./istio-evaluator-rules";
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
  readonly rules: readonly Rule[];
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
  const rules = (spec.rules ?? []) as Rule[];
  return { action, rules, provider, namespace: metadata.namespace ?? "", trustDomains };
}

// CUSTOM, then DENY, then ALLOW. Without an ALLOW policy everything else is allowed; with one, only what a rule of one
// allows: all of them together are one list. A policy without rules matches nothing.
function isAuthorized(policies: readonly Policy[], request: MeshRequest, mesh: Mesh): boolean {
  const matching = (action: string) =>
    policies.filter(
      (policy) => policy.action === action && policy.rules.some((it) => matchesRule(it, request, policy)),
    );
  // An authorizer that speaks HTTP is not asked about TCP.
  const asked = request.method === undefined ? [] : matching("CUSTOM");
  if (asked.some(({ provider }) => mesh.authorizers?.[provider] !== "allow")) return false;
  if (matching("DENY").length > 0) return false;
  return !policies.some(({ action }) => action === "ALLOW") || matching("ALLOW").length > 0;
}

function isRefused(mode: MutualTlsMode, { principal, foreignAuthority }: MeshRequest, trustDomains: readonly string[]) {
  if (principal === undefined) return mode === "STRICT";
  // A proxy that expects plaintext takes a TLS handshake for a malformed request.
  return mode === "DISABLE" || foreignAuthority === true || !trustDomains.includes(principal.split("/")[0] ?? "");
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
  const policies = policiesFor(mesh, workload);
  const authentication = mesh.policies.filter(({ kind }) => kind === "PeerAuthentication");
  return (request) => {
    const mode = modeOf(authentication, mesh.rootNamespace, workload, request.port);
    if (isRefused(mode, request, trustDomains)) return "refused";
    return isAuthorized(policies, request, mesh) ? "allowed" : "denied";
  };
}

/** What becomes of one request to a workload behind a sidecar. */
export function decide(mesh: Mesh, request: MeshRequest): Verdict {
  return sidecarOf(mesh, request)(request);
}

/** Whether authorization alone lets a request in, TLS aside: what a gateway decides, or a sidecar after the handshake. */
export function isAllowed(policies: readonly Manifest[], request: MeshRequest, settings: Partial<Mesh> = {}): boolean {
  const mesh = { policies, rootNamespace: "istio-system", trustDomain: "cluster.local", ...settings };
  return isAuthorized(policiesFor(mesh, request), request, mesh);
}
