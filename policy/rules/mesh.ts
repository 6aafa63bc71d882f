import { rpcPort, rpcs } from "../../access/platform/rpcs";
import { at, fieldsOf, listAt, textAt, textsAt } from "../read";
import { hasReason, kindOf, namespaceOf, type Resource, type Rule } from "../rule";

const open = new Set(["PERMISSIVE", "DISABLE"]);
const rpcPorts = new Set(rpcs.filter(({ transport }) => transport === "mesh").map(({ service }) => rpcPort(service)));

function openModes({ props }: Resource): string[] {
  const whole = textAt(props, "spec.mtls.mode");
  const ports = Object.entries(fieldsOf(at(props, "spec.portLevelMtls")));
  return [
    ...(open.has(whole) ? [`${whole} for every port`] : []),
    ...ports
      .map(([port, mtls]) => ({ port, mode: textAt(mtls, "mode") }))
      .flatMap(({ port, mode }) => (open.has(mode) ? [`${mode} for port ${port}`] : [])),
  ];
}

/** Mutual TLS is switched off only with a reason. */
export const permissiveNeedsReason: Rule = {
  name: "permissive-needs-a-reason",
  description: "Mutual TLS is PERMISSIVE or off only where the object says why.",
  fix: "Write the exception into mesh.exceptions with its `because`, and let the program make the object.",
  validate: (resource) =>
    kindOf(resource) === "PeerAuthentication" && !hasReason(resource)
      ? openModes(resource).map((mode) => `sets ${mode} and gives no reason`)
      : [],
};

/** In production an exception is for one port of one workload. */
export const scopedExceptions: Rule = {
  name: "production-exceptions-are-scoped",
  description: "In production an exception to mutual TLS is for single ports of one workload.",
  fix: "Give the entry of mesh.exceptions a workload and a port.",
  productionOnly: true,
  validate: (resource) => {
    if (kindOf(resource) !== "PeerAuthentication") return [];
    const selected = Object.keys(fieldsOf(at(resource.props, "spec.selector.matchLabels"))).length > 0;
    return openModes(resource).flatMap((mode) => {
      if (!selected) return [`sets ${mode}, and selects a whole namespace`];
      return mode.endsWith("every port") ? [`sets ${mode} of a workload`] : [];
    });
  },
};

interface AuthorizationRule {
  readonly sources: readonly unknown[];
  readonly operations: readonly unknown[];
  readonly hasConditions: boolean;
}

// Only an ALLOW opens something; without an action a policy is one.
function allowRules(resource: Resource): AuthorizationRule[] {
  if (kindOf(resource) !== "AuthorizationPolicy") return [];
  if (!["", "ALLOW"].includes(textAt(resource.props, "spec.action"))) return [];
  return listAt(resource.props, "spec.rules").map((rule) => ({
    sources: listAt(rule, "from").map((from) => at(from, "source")),
    operations: listAt(rule, "to").map((to) => at(to, "operation")),
    hasConditions: listAt(rule, "when").length > 0,
  }));
}

function wildcardSources({ sources, operations, hasConditions }: AuthorizationRule): string[] {
  if (sources.length === 0 && operations.length === 0 && !hasConditions) return ["allows everything to everyone"];
  return sources.flatMap((source) =>
    ["principals", "namespaces", "serviceAccounts", "requestPrincipals"].flatMap((field) =>
      textsAt(source, field)
        .filter((text) => text.includes("*"))
        .map((text) => `allows the ${field} "${text}"`),
    ),
  );
}

// A role of everyone is right for the router grants, where service policies decide the rest, and nowhere else.
function overlayWildcards({ type, props }: Resource): string[] {
  if (type !== "openziti:index:ServicePolicy") return [];
  return ["identityRoles", "serviceRoles"].flatMap((field) =>
    textsAt(props, field).includes("#all") ? [`has #all among its ${field}`] : [],
  );
}

/** Callers are named one by one, in the mesh and on the overlay. */
export const namedCallers: Rule = {
  name: "no-wildcard-principal",
  description: "Policies of mesh and overlay name their callers; a rule without callers is for the ingress alone.",
  fix: "Name each ServiceAccount, or overlay role; your own callers belong into mesh.extraCallers.",
  validate: (resource, { ingressNamespace }) => {
    const isPublic = namespaceOf(resource) === ingressNamespace;
    const everyone = allowRules(resource).filter(({ sources, operations }) => {
      return sources.length === 0 && operations.length > 0 && !isPublic && !hasReason(resource);
    });
    return [
      ...allowRules(resource).flatMap(wildcardSources),
      ...everyone.map(() => "has a rule without callers and gives no reason"),
      ...overlayWildcards(resource),
    ];
  },
};

function openOperations(operation: unknown): string[] {
  const wildcards = ["paths", "methods", "ports"].flatMap((field) =>
    textsAt(operation, field)
      .filter((text) => text.includes("*"))
      .map((text) => `allows the ${field} "${text}"`),
  );
  const paths = textsAt(operation, "paths");
  const isOpen = paths.length === 0 && textsAt(operation, "ports").some((port) => rpcPorts.has(Number(port)));
  return isOpen ? [...wildcards, "allows every RPC of a port: it names no paths"] : wildcards;
}

function unlimited({ sources, operations }: AuthorizationRule): string[] {
  return sources.length > 0 && operations.length === 0 ? ["allows its callers every port and path"] : [];
}

/** RPCs are named one by one. */
export const namedPaths: Rule = {
  name: "no-wildcard-path",
  description: "Policies of the mesh name the RPCs that they open.",
  fix: "List the paths: a pattern opens every RPC that a later version adds.",
  validate: (resource) => [
    ...allowRules(resource).flatMap(({ operations }) => operations.flatMap(openOperations)),
    ...allowRules(resource).flatMap(unlimited),
  ],
};
