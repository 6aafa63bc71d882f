import type { OfflineObject } from "../shared/offline/object";
import { chartImages, libraryImages, type ChartImage } from "./chart-images";

/** A chart that a stack installs. */
interface MirroredChart {
  readonly chart: string;
  readonly version: string;
  /** Repository of the chart; empty where the settings name a folder or an OCI registry, which is then part of `chart`. */
  readonly repository: string;
}

/** Everything that an installation downloads into the cluster. */
export interface MirrorList {
  readonly charts: readonly MirroredChart[];
  readonly images: readonly ChartImage[];
}

interface Release {
  readonly chart: string;
  readonly version: string;
  readonly repositoryOpts?: { readonly repo?: string };
}

/**
 * The charts and images behind the objects of a stack. Throws for a chart whose images nobody wrote down: an incomplete
 * list would be found out in the cluster without a network.
 */
export function toMirrorList(objects: readonly OfflineObject[]): MirrorList {
  const releases = objects
    .filter(({ type }) => type === "kubernetes:helm.sh/v3:Release")
    .map(({ inputs }) => inputs as unknown as Release);
  const charts = releases.map(({ chart, version, repositoryOpts }) => {
    return { chart, version, repository: repositoryOpts?.repo ?? "" };
  });
  const images = [...releases.flatMap(imagesOf), ...objects.flatMap(ownImages)];
  return {
    charts: [...new Map(charts.map((chart) => [Object.values(chart).join(" "), chart])).values()],
    images: [...new Map(images.map((image) => [nameOf(image), image])).values()],
  };
}

/** The image with its tag. */
export function nameOf({ from, tag }: ChartImage): string {
  return tag === undefined ? from : `${from}:${tag}`;
}

function imagesOf({ chart, version }: Release): readonly ChartImage[] {
  const name = chart.slice(chart.lastIndexOf("/") + 1);
  const images = chartImages[name];
  if (images === undefined) throw new Error(`the images of the chart ${name} are not in cli/mirror/chart-images.ts`);
  return images(version);
}

interface PodSpec {
  readonly containers?: readonly { readonly name: string; readonly image: string }[];
}

const serviceImage = "ziti-management";

// What the program runs itself. Ziti Management names its image in full, which `images.registry` does not move.
function ownImages({ inputs }: OfflineObject): readonly ChartImage[] {
  const { spec } = inputs as { spec?: PodSpec & { template?: { spec?: PodSpec } } };
  const containers = [...(spec?.template?.spec?.containers ?? []), ...(spec?.containers ?? [])];
  return containers.map(({ name, image }) => (name === serviceImage ? namedInFull(image) : findLibraryImage(image)));
}

function namedInFull(image: string): ChartImage {
  const [from = image, tag] = image.split(/:(?=[^/]*$)/);
  return { from, to: "named by zitiManagement.image", tag };
}

function findLibraryImage(image: string): ChartImage {
  const found = libraryImages.find(({ from, tag }) => `/${image}`.endsWith(`/${from.split("/").at(-1)}:${tag}`));
  if (found === undefined) {
    throw new Error(`nobody wrote down where the image ${image} comes from (cli/mirror/chart-images.ts)`);
  }
  return found;
}
