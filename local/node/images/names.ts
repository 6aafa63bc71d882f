import { versions } from "../../../versions";

/** The image that holds a pod's namespaces. */
export const pauseImage = "registry.k8s.io/pause:3.10";

/** The image of the cluster's DNS server. */
export const coreDnsImage = "registry.k8s.io/coredns/coredns:v1.12.4";

/** The image with a shell for small pods: the one that the program's own probe of enforcement uses. */
export const busyBoxImage = `docker.io/library/busybox:${versions.busybox}`;

/** Where the node's registry has an image: the name without its registry, as a mirror is asked for it. */
export function toRepository(image: string): { readonly repository: string; readonly tag: string } {
  const [, registry, rest] = /^([^/]+)\/(.+)$/.exec(image) ?? [];
  const hasRegistry = registry !== undefined && /[.:]|^localhost$/.test(registry);
  const name = hasRegistry && rest !== undefined ? rest : registry === undefined ? `library/${image}` : image;
  const [, repository = name, tag = "latest"] = /^(.+):([^/:]+)$/.exec(name) ?? [];
  return { repository, tag };
}
