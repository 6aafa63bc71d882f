import type { Draft } from "../field";
import type { Fault } from "../problems";
import { settingPaths } from "../schema";
import { bootstrapIssuer } from "../settings";
import type { Rule } from "./rule";

/** Paths of the public hosts' names. */
export const hostPaths = settingPaths.filter((path): path is typeof path & `ingress.hosts.${string}` =>
  path.startsWith("ingress.hosts."),
);

/** Whether a host is the domain or below it. */
export function isOwnHost(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/** Hosts are below the domain: for another name the issuer would be asked on somebody else's behalf. */
export const ownHosts: Rule = (draft) => {
  const { domain } = draft;
  if (domain === undefined || draft["ingress.allowForeignHosts"] !== false) return [];
  return hostPaths.flatMap((key): Fault[] => {
    const host = draft[key];
    if (host === undefined || isOwnHost(host, domain)) return [];
    const allowed = `a name below ${domain}, or any name with ingress.allowForeignHosts true`;
    return [{ key, reason: `is not below the domain ${domain}`, allowed, suggestion: `${key.slice(14)}.${domain}` }];
  });
};

const takenPorts: readonly { readonly port: number; readonly by: string; readonly always: boolean }[] = [
  { port: 80, by: "plain HTTP, which redirects to TLS", always: false },
  { port: 1281, by: "OpenZiti's management API, which is never public", always: true },
  { port: 15021, by: "the health check of Istio's gateways", always: true },
];

/** The public port is nobody else's: the overlay advertises it too. */
export const freePort: Rule = (draft) => {
  const taken = takenPorts.find(
    ({ port, always }) => port === draft["ingress.port"] && (always || draft["ingress.redirectHttp"] === true),
  );
  if (taken === undefined) return [];
  return [{ key: "ingress.port", reason: `is the port of ${taken.by}`, suggestion: 443 }];
};

// Settings of a controller that is not there would have no effect.
function uselessSettings(draft: Draft): Fault[] {
  const provider = draft["ingress.provider"];
  const inMesh = provider === "istio" || (provider === "gateway-api" && draft["ingress.controller.kind"] === "istio");
  const useless: [key: string, given: boolean, reason: string][] = [
    ["ingress.className", provider === "istio" && draft["ingress.className"] !== undefined, "istio has no class"],
    ["ingress.className", provider === "none" && draft["ingress.className"] !== undefined, "none has no class"],
    [
      "ingress.controller.entry",
      inMesh && draft["ingress.controller.entry"] !== undefined,
      "the gateway is in the mesh",
    ],
  ];
  return useless.flatMap(([key, given, why]): Fault[] =>
    given ? [{ key, reason: `has no effect: ${why}`, fix: "remove" }] : [],
  );
}

/** The settings of the ingress controller fit its provider, and none is without effect. */
export const fittingController: Rule = (draft) => {
  const provider = draft["ingress.provider"];
  const kind = draft["ingress.controller.kind"];
  const key = "ingress.controller.kind";
  const faults = uselessSettings(draft);
  if (provider === "istio" && kind !== undefined && kind !== "istio") {
    return [...faults, { key, reason: "does not fit provider istio", fix: "remove" }];
  }
  if (provider === "ingress" && kind === "istio") {
    const allowed = "traefik or generic; Istio's own gateway is ingress.provider istio";
    return [...faults, { key, reason: "does not fit provider ingress", allowed, suggestion: "traefik" }];
  }
  return faults;
};

/** Whether the public hosts are served by a controller of the operator's that is not Istio's. */
export function hasForeignController(draft: Draft): boolean {
  const provider = draft["ingress.provider"];
  return provider === "ingress" || (provider === "gateway-api" && draft["ingress.controller.kind"] !== "istio");
}

// Namespaces whose label keeps sidecars out, whatever a pod asks for: of agents and overlay, and of what the program installs.
function outsideMesh(draft: Draft, namespace: string | undefined): boolean {
  if (namespace === undefined) return false;
  return [
    draft["namespaces.workloads"],
    draft["namespaces.overlay"],
    ...(draft["mesh.manage"] ? [draft["namespaces.mesh"]] : []),
    ...(draft["certManager.manage"] ? [draft["namespaces.certManager"]] : []),
  ].includes(namespace);
}

/** Requests get from the ingress to pods that insist on mutual TLS: without a way in every route would answer 503. */
export const reachableBackends: Rule = (draft) => {
  const kind = draft["ingress.controller.kind"];
  const entry = draft["ingress.controller.entry"];
  const isForeign = hasForeignController(draft);
  if (isForeign && entry === undefined && kind !== undefined) {
    const reason = "is missing: the platform's pods insist on mutual TLS, and every route would answer 503";
    return [{ key: "ingress.controller.entry", reason }];
  }
  if (entry !== "mesh" || !isForeign) return [];
  const needed = ["ingress.controller.namespace", "ingress.controller.serviceAccount"] as const;
  const missing = needed
    .filter((key) => draft[key] === undefined)
    .map((key): Fault => ({ key, reason: "is missing: the mesh knows the controller by it" }));
  const namespace = draft["ingress.controller.namespace"];
  if (!outsideMesh(draft, namespace)) return missing;
  const reason = "has no sidecars: every route would answer 503";
  return [...missing, { key: "ingress.controller.namespace", reason }];
};

/** Browsers that were told to insist on TLS offer no way around an authority they do not trust. */
export const trustedHsts: Rule = (draft) => {
  // Production refuses the issuer itself.
  if (draft.profile !== "bootstrap" || draft["ingress.tls.hsts"] !== true) return [];
  if (draft["ingress.tls.issuer.name"] !== bootstrapIssuer) return [];
  const reason = `would lock browsers out that do not trust ${bootstrapIssuer}, for a year`;
  return [{ key: "ingress.tls.hsts", reason, allowed: "false with the bootstrap issuer", suggestion: false }];
};
