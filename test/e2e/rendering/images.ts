import { containersOf, tryToPod, type KubernetesObject } from "./rendered-object";
import type { RenderedRelease } from "./installation";

// Filled in when the pod is injected: what by is in the control plane's own configuration.
const injected = "auto";

/** The images that a release starts, with those it hands to others: of sidecars, and of pods that its pods make. */
export function imagesOf({ objects, chart, version }: RenderedRelease): readonly string[] {
  const containers = objects.flatMap((object) => tryToPod(object) ?? []).flatMap(containersOf);
  const handed = containers
    .flatMap(({ args }) => args ?? [])
    .flatMap((arg) => /^--[\w-]*image=(.+)$/.exec(arg)?.[1] ?? []);
  const images = [...containers.map(({ image }) => image), ...handed, ...objects.flatMap(proxyOf)];
  const released = images
    .filter((image) => image !== injected)
    .map((image) => asReleased(image, chart.version, version));
  return [...new Set(released)].sort();
}

// A chart that is at hand in another version than the pinned one names images of its own version.
function asReleased(image: string, atHand: string, pinned: string): string {
  return image.endsWith(`:${atHand}`) ? `${image.slice(0, -atHand.length)}${pinned}` : image;
}

interface InjectorValues {
  readonly global: { readonly hub: string; readonly tag: string; readonly proxy: { readonly image: string } };
}

/** The image of the proxies that a control plane injects, out of the configuration of its injector. */
export function proxyOf({ kind, metadata, data }: KubernetesObject): readonly string[] {
  if (kind !== "ConfigMap" || !metadata.name.startsWith("istio-sidecar-injector")) return [];
  const { hub, tag, proxy } = (JSON.parse((data as { values: string }).values) as InjectorValues).global;
  return [`${hub}/${proxy.image}:${tag}`];
}

/** An image with the registry and the project that a container runtime adds to a bare name. */
export function inFull(image: string): string {
  if (/^[^/]+[.:][^/]*\//.test(image)) return image;
  return image.includes("/") ? `docker.io/${image}` : `docker.io/library/${image}`;
}
