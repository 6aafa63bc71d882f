import { contains, isPublic, metadataBlocks } from "../../access/model/address-blocks";
import { otherEgressServices } from "../../access/model/flows/internet";
import { meant } from "../../access/model/near";
import { serviceNames } from "../../access/platform/services";
import type { Draft } from "../field";
import type { Fault } from "../problems";
import { hasForeignController } from "./ingress";
import type { Rule } from "./rule";

const nameable: readonly string[] = [...serviceNames, ...otherEgressServices];

/** Exceptions are for services of the platform, by their exact name. */
export const knownEgressServices: Rule = (draft) =>
  (draft["networkPolicies.internetEgress"] ?? []).flatMap(({ service }, index): Fault[] => {
    if (nameable.includes(service)) return [];
    const { allowed, fix, suggestion } = meant(service, nameable);
    return [
      {
        key: `networkPolicies.internetEgress[${index}].service`,
        reason: `is not accepted. ${fix}`,
        allowed,
        suggestion,
      },
    ];
  });

function destinationsOf(draft: Draft): (readonly [key: string, cidr: string])[] {
  const of = (key: string, destinations: readonly string[]) =>
    destinations.map((cidr, index) => [`${key}.destinations[${index}]`, cidr] as const);
  return [
    ...(draft["networkPolicies.llmProviders"] ?? []).flatMap(({ destinations }, index) =>
      of(`networkPolicies.llmProviders[${index}]`, destinations),
    ),
    ...(draft["networkPolicies.internetEgress"] ?? []).flatMap(({ destinations }, index) =>
      of(`networkPolicies.internetEgress[${index}]`, destinations),
    ),
  ];
}

/** Metadata services and the cluster's own addresses are opened to nobody. */
export const closedDestinations: Rule = (draft) => {
  const cluster = draft["networkPolicies.clusterAddresses"] ?? [];
  return destinationsOf(draft).flatMap(([key, cidr]): Fault[] => {
    const metadata = metadataBlocks.find((block) => contains(block, cidr));
    const own = cluster.find((block) => contains(block, cidr));
    const allowed = "addresses outside of the cluster";
    if (metadata !== undefined) {
      return [
        { key, reason: `lies in ${metadata}, where clouds hand out the credentials of a node`, allowed, fix: "remove" },
      ];
    }
    if (own === undefined) return [];
    return [{ key, reason: `lies in ${own}, which networkPolicies.clusterAddresses closes`, allowed, fix: "remove" }];
  });
};

function closedNamespaces(draft: Draft): readonly (string | undefined)[] {
  return [
    draft["namespaces.platform"],
    draft["namespaces.workloads"],
    ...(draft["mesh.manage"] ? [draft["namespaces.ingress"], draft["namespaces.mesh"]] : []),
    ...(draft["controller.manage"] ? [draft["namespaces.overlay"]] : []),
    ...(draft["certManager.manage"] ? [draft["namespaces.certManager"]] : []),
  ];
}

/** A controller of the operator's reaches the routed backends: its namespace is known, and not one that is closed. */
export const knownController: Rule = (draft) => {
  if (draft["networkPolicies.enabled"] !== true || !hasForeignController(draft)) return [];
  const key = "ingress.controller.namespace";
  const namespace = draft[key];
  if (namespace === undefined && draft["ingress.controller.entry"] === "plaintext") {
    const reason = "is missing: network policies let known namespaces in alone, and every public route would time out";
    return [{ key, reason }];
  }
  if (namespace === undefined || !closedNamespaces(draft).includes(namespace)) return [];
  const reason =
    "is closed by network policies, which do not know the controller's ways to the public and the API server";
  return [{ key, reason, allowed: "a namespace that the program does not manage" }];
};

/** Two exceptions of one service do not overlap: it would be unclear which reason an opening has. */
export const distinctEgress: Rule = (draft) => {
  const openings = (draft["networkPolicies.internetEgress"] ?? []).flatMap(({ service, destinations }, index) =>
    destinations.map((cidr, place) => ({
      service,
      cidr,
      key: `networkPolicies.internetEgress[${index}].destinations[${place}]`,
    })),
  );
  return openings.flatMap(({ service, cidr, key }, index): Fault[] => {
    const first = openings
      .slice(0, index)
      .find((other) => other.service === service && (contains(other.cidr, cidr) || contains(cidr, other.cidr)));
    if (first === undefined) return [];
    return [{ key, reason: `overlaps ${first.cidr} of ${first.key}, for the same service`, fix: "remove" }];
  });
};

/** In production the addresses of API server and cluster are known: nobody else can find them out for certain. */
export const knownAddresses: Rule = (draft) => {
  if (draft["networkPolicies.enabled"] !== true || draft.profile !== "production") return [];
  const { "networkPolicies.apiServer": apiServer, "networkPolicies.clusterAddresses": cluster } = draft;
  const isWide = destinationsOf(draft).some(([, cidr]) => cidr.endsWith("/0"));
  const opensInside = draft["networkPolicies.agentEgress"] === "internet" || isWide;
  return [
    ...(apiServer?.length === 0
      ? [
          {
            key: "networkPolicies.apiServer",
            reason:
              "is empty: istiod, cert-manager and runners would lose the API server. Its addresses: " +
              "kubectl get endpointslices -n default -l kubernetes.io/service-name=kubernetes",
          },
        ]
      : []),
    ...(opensInside && cluster?.length === 0
      ? [
          {
            key: "networkPolicies.clusterAddresses",
            reason:
              "is empty, and an exception is as wide as the internet. Nodes: kubectl get nodes -o wide; pods and " +
              "Services: the cluster's --cluster-cidr and --service-cluster-ip-range, or your cloud's console",
          },
        ]
      : []),
  ];
};

/** An exception to a private network is as narrow as a host, or the cluster's own addresses are known. */
export const narrowPrivateEgress: Rule = (draft) => {
  if (draft["networkPolicies.clusterAddresses"]?.length !== 0) return [];
  return destinationsOf(draft).flatMap(([key, cidr]): Fault[] => {
    const isClosed = metadataBlocks.some((block) => contains(block, cidr));
    if (isClosed || isPublic(cidr) || /\/(32|128)$/.test(cidr)) return [];
    const reason = "is a private range, and may hold nodes: say in networkPolicies.clusterAddresses which are yours";
    return [{ key, reason, allowed: "a single private address (/32, /128), or public ranges" }];
  });
};

/** Nobody can require what is not measured. */
export const measuredEnforcement: Rule = (draft) => {
  if (draft["networkPolicies.requireEnforcement"] !== true || draft["networkPolicies.probe"] !== false) return [];
  const reason = "requires a verdict, and networkPolicies.probe is off: nothing would be measured";
  return [
    { key: "networkPolicies.requireEnforcement", reason, allowed: "true together with networkPolicies.probe: true" },
  ];
};
