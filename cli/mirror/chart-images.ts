import { versions } from "../../versions";

/** An image that a chart starts pods of. */
export interface ChartImage {
  /** Registry and path, without a tag. */
  readonly from: string;
  /** Path below `images.registry`. */
  readonly to: string;
  /** Undefined where the settings name an image without one. */
  readonly tag?: string;
}

// The registry that the values of `istiod` name; what the charts take by themselves depends on their release.
const istio = (name: string, tag: string): ChartImage => ({
  from: `docker.io/istio/${name}`,
  to: `istio/${name}`,
  tag,
});
const jetstack = (name: string, tag: string): ChartImage => ({
  from: `quay.io/jetstack/${name}`,
  to: `jetstack/${name}`,
  tag,
});
const openziti = (name: string): ChartImage => ({
  from: `docker.io/openziti/${name}`,
  to: `openziti/${name}`,
  tag: versions.openziti,
});

/** The images of each chart at a version of it. Charts of definitions alone have none. */
export const chartImages: Readonly<Record<string, (version: string) => readonly ChartImage[]>> = {
  base: () => [],
  istiod: (version) => [istio("pilot", version), istio("proxyv2", version)],
  gateway: (version) => [istio("proxyv2", version)],
  "cert-manager": (version) =>
    ["controller", "webhook", "cainjector", "acmesolver", "startupapicheck"].map((name) =>
      jetstack(`cert-manager-${name}`, version),
    ),
  "trust-manager": (version) => [jetstack("trust-manager", version)],
  "ziti-controller": () => [openziti("ziti-controller")],
  "ziti-router": () => [openziti("ziti-router")],
};

/**
 * The images that the program runs itself and `images.registry` moves: of the probe of enforcement
 * (`networkPolicies.probe`), and of the database of Ziti Management.
 */
export const libraryImages: readonly ChartImage[] = (["busybox", "postgres"] as const).map((name) => ({
  from: `docker.io/library/${name}`,
  to: `library/${name}`,
  tag: versions[name],
}));
