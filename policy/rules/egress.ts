import { parseCIDR } from "ipaddr.js";
import { isPublic } from "../../access/model/address-blocks";
import { at, listAt, textAt, textsAt } from "../read";
import { hasReason, kindOf, namespaceOf, type Resource, type Rule, type Surroundings } from "../rule";

// The halves of the address space are the internet too, and so is everything this wide.
const widest = { ipv4: 8, ipv6: 16 };

function isInternet(cidr: string): boolean {
  try {
    const [address, bits] = parseCIDR(cidr);
    return bits < widest[address.kind()] && isPublic(cidr);
  } catch {
    return false; // not a CIDR: the API server refuses it
  }
}

/** The one policy that `networkPolicies.agentEgress: internet` makes. */
const agentPolicy = "every-pod-internet-out";

interface Opening {
  readonly cidr: string;
  readonly except: readonly string[];
}

// A rule without peers is for every address there is.
function openings(resource: Resource): Opening[] {
  if (kindOf(resource) !== "NetworkPolicy") return [];
  return listAt(resource.props, "spec.egress").flatMap((rule) => {
    const peers = listAt(rule, "to");
    if (peers.length === 0) return [{ cidr: "everything", except: [] }];
    return peers
      .map((peer) => ({ cidr: textAt(peer, "ipBlock.cidr"), except: textsAt(peer, "ipBlock.except") }))
      .filter(({ cidr }) => isInternet(cidr));
  });
}

function isExplained(resource: Resource, { cidr }: Opening, surroundings: Surroundings): boolean {
  const name = textAt(at(resource.props, "metadata"), "name");
  const namespace = namespaceOf(resource);
  if (namespace !== "" && namespace === surroundings.openAgentsNamespace)
    return name === agentPolicy && hasReason(resource);
  if (namespace !== surroundings.platformNamespace) return false;
  return surroundings.internetEgress.some(
    ({ service, destinations, because }) =>
      `${service}-internet-out` === name && destinations.includes(cidr) && because.trim() !== "",
  );
}

/** Whoever reaches the whole internet has a reason. */
export const explainedEgress: Rule = {
  name: "internet-egress-needs-a-reason",
  description:
    "A NetworkPolicy opens the internet only to a service that networkPolicies.internetEgress names, and to agents with networkPolicies.agentEgress.",
  fix: "Add an entry with its `because` to networkPolicies.internetEgress, or name the addresses that are needed.",
  validate: (resource, surroundings) =>
    openings(resource)
      .filter((opening) => !isExplained(resource, opening, surroundings))
      .map(({ cidr }) => `opens ${cidr} and gives no reason`),
};

/** The internet is not the cloud's metadata service. */
export const publicEgressOnly: Rule = {
  name: "production-egress-is-public",
  description: "In production a NetworkPolicy that opens the internet leaves out link-local and private addresses.",
  fix: "Except 169.254.0.0/16 and the private ranges from the block; entries of networkPolicies.internetEgress do.",
  productionOnly: true,
  validate: (resource) =>
    openings(resource)
      .filter(({ except }) => except.length === 0)
      .map(({ cidr }) => `opens ${cidr} with the addresses of the cluster and the cloud's metadata`),
};
