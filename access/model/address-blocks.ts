import ipaddr from "ipaddr.js";

/** Where cloud providers serve the credentials of a node. No pod reaches them, whatever else it may reach. */
export const metadataBlocks: readonly string[] = [
  "169.254.0.0/16",
  "168.63.129.16/32",
  "fd00:ec2::254/128",
  "fe80::/10",
];

/**
 * What is never "the internet": private, shared, loopback, translated and reserved ranges. IPv4 mapped into IPv6
 * is missing on purpose: the API server refuses it. Ranges of documentation are missing too: nobody routes them.
 */
const notPublic: readonly string[] = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "168.63.129.16/32",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/128",
  "::1/128",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/23",
  "2002::/16",
  "5f00::/16",
  "fc00::/7",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
];

/** Whether `inner` is a part of `outer`, or the same block. Blocks of two families never are. */
export function contains(outer: string, inner: string): boolean {
  const [outerAddress, outerLength] = ipaddr.parseCIDR(outer);
  const [innerAddress, innerLength] = ipaddr.parseCIDR(inner);
  if (outerAddress.kind() !== innerAddress.kind() || outerLength > innerLength) return false;
  return innerAddress.match([outerAddress, outerLength] as [ipaddr.IPv4, number] & [ipaddr.IPv6, number]);
}

/** Whether a block lies in none of the ranges that are not public. A block that holds one of them is public. */
export function isPublic(cidr: string): boolean {
  return !notPublic.some((range) => contains(range, cidr));
}

/**
 * A block as a policy may open it: the ranges of metadata services and of the cluster are left out of it, and so is what
 * is not public unless the block itself lies there.
 */
export function toBlock(cidr: string, clusterAddresses: readonly string[]) {
  const closed = [...metadataBlocks, ...clusterAddresses, ...(isPublic(cidr) ? notPublic : [])];
  const inside = [...new Set(closed)].filter((range) => range !== cidr && contains(cidr, range));
  const except = inside.filter((range) => !inside.some((other) => other !== range && contains(other, range)));
  return { cidr, except: except.sort() };
}
