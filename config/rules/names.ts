import type { Draft } from "../field";
import type { Fault } from "../problems";
import { hostPaths, isOwnHost } from "./ingress";
import { sharedValues, type Rule } from "./rule";

const namespacePaths = [
  "namespaces.platform",
  "namespaces.workloads",
  "namespaces.ingress",
  "namespaces.mesh",
  "namespaces.overlay",
  "namespaces.certManager",
] as const;

/** Every public name leads to one place: no two hosts are equal, and none is the domain or the controller. */
export const distinctHosts: Rule = (draft) => {
  const named = ["domain" as const, ...hostPaths, "controller.advertisedHost" as const];
  return sharedValues(named.map((path) => [path, draft[path]])).flatMap((keys) => {
    const [first = "", ...others] = keys;
    return others.map((key) => ({
      key,
      reason: `is the same host as ${first}: requests could go to one of them only`,
      ...hostSuggestion(key, draft),
    }));
  });
};

function hostSuggestion(key: string, { domain }: Draft): { readonly suggestion?: string } {
  if (domain === undefined) return {};
  const name = key === "controller.advertisedHost" ? "ziti" : key.slice(key.lastIndexOf(".") + 1);
  return { suggestion: `${name}.${domain}` };
}

/** A wildcard certificate covers exactly one label below the domain. */
export const wildcardCoversHosts: Rule = (draft) => {
  const { domain } = draft;
  if (draft["ingress.tls.mode"] !== "wildcard" || domain === undefined) return [];
  return hostPaths.flatMap((key) => {
    const host = draft[key];
    if (host === undefined || host.slice(host.indexOf(".") + 1) === domain) return [];
    if (!isOwnHost(host, domain) && draft["ingress.allowForeignHosts"] === false) return [];
    const reason = `is not covered by a certificate for *.${domain}`;
    const allowed = `<name>.${domain}, or any name with ingress.tls.mode perHost`;
    return [{ key, reason, allowed, ...hostSuggestion(key, draft) }];
  });
};

/** Namespaces carry different policies, so they differ; a mesh of the operator's may have its gateway beside istiod. */
export const distinctNamespaces: Rule = (draft) =>
  sharedValues(namespacePaths.map((path) => [path, draft[path]])).flatMap((keys) => {
    const gatewayBesideMesh = keys.join() === "namespaces.ingress,namespaces.mesh" && draft["mesh.manage"] === false;
    return gatewayBesideMesh ? [] : equalNamespaces(keys);
  });

function equalNamespaces([first = "", ...others]: readonly string[]): Fault[] {
  return others.map((key) => ({
    key,
    reason: `is the same namespace as ${first}: their policies would apply to each other`,
  }));
}

/** No zone twice, and none that hides the public hosts from agents and devices. */
export const overlayZones: Rule = (draft) => {
  const zones: [string, string | undefined][] = [
    ["overlay.zone", draft["overlay.zone"]],
    ...(draft["overlay.extraZones"] ?? []).flatMap((zone, index): [string, string][] => [
      [`overlay.extraZones[${index}]`, zone],
    ]),
  ];
  const repeated = sharedValues(zones).flatMap(([first = "", ...others]) =>
    others.map((key): Fault => ({ key, reason: `repeats ${first}`, fix: "remove" })),
  );
  return [...repeated, ...zones.flatMap(([key, zone]) => hidingFaults(key, zone, draft))];
};

function hidingFaults(key: string, zone: string | undefined, { domain }: Draft): Fault[] {
  if (zone === undefined || domain === undefined) return [];
  if (domain !== zone && !domain.endsWith(`.${zone}`)) return [];
  return [
    { key, reason: `contains the domain ${domain}: the overlay would hide the public hosts`, suggestion: "ziti" },
  ];
}
