import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";

/** How a container of the image starts. */
export interface ImageStart {
  readonly entrypoint: readonly string[];
  readonly command?: readonly string[];
  /** A name or a number, as a Dockerfile has it; root when it is left out. */
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A layer's content by its digest. */
interface LayerBlob {
  readonly digest: string;
  readonly size: number;
}

const mediaType = (kind: string): string => `application/vnd.oci.image.${kind}`;
const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** Node's names of processors that differ from those of images. */
const architectures: Readonly<Record<string, string>> = { x64: "amd64" };

/** The configuration of an image with these layers. No time is in it: the same image has the same digest. */
function renderImageConfig(start: ImageStart, layers: readonly LayerBlob[]): string {
  const environment = { PATH: searchPath, ...start.environment };
  return JSON.stringify({
    architecture: architectures[process.arch] ?? process.arch,
    os: "linux",
    config: {
      Entrypoint: start.entrypoint,
      Cmd: start.command ?? [],
      User: start.user ?? "",
      Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      WorkingDir: start.workingDirectory ?? "/",
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
  });
}

/** The manifest of an image: its configuration and its layers, uncompressed. */
function renderManifest(config: LayerBlob, layers: readonly LayerBlob[]): string {
  const layer = mediaType("layer.v1.tar");
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaType("manifest.v1+json"),
    config: { mediaType: mediaType("config.v1+json"), ...config },
    layers: layers.map((blob) => ({ mediaType: layer, ...blob })),
  });
}

/**
 * Writes an image as an OCI layout into a folder of its own. Layers have been added to the folder before. `name`: what
 * containerd calls it when it imports an archive of the folder.
 */
export function writeLayout(folder: string, start: ImageStart, layers: readonly LayerBlob[], name?: string): void {
  const config = addBlob(folder, Buffer.from(renderImageConfig(start, layers)));
  const manifest = addBlob(folder, Buffer.from(renderManifest(config, layers)));
  const annotations = name === undefined ? {} : { annotations: { "io.containerd.image.name": name } };
  const manifests = [{ mediaType: mediaType("manifest.v1+json"), ...manifest, ...annotations }];
  writeFileSync(path.join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
  writeFileSync(path.join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
}

/** Adds content to a layout. */
export function addBlob(folder: string, content: Buffer): LayerBlob {
  const hash = createHash("sha256").update(content).digest("hex");
  writeFileSync(blobFile(folder, hash), content);
  return { digest: `sha256:${hash}`, size: content.length };
}

/** Moves a file into a layout as a layer; for what is too large for memory. */
export async function moveBlob(folder: string, file: string): Promise<LayerBlob> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const digest = hash.digest("hex");
  const size = statSync(file).size;
  renameSync(file, blobFile(folder, digest));
  return { digest: `sha256:${digest}`, size };
}

function blobFile(folder: string, hash: string): string {
  const blobs = path.join(folder, "blobs", "sha256");
  mkdirSync(blobs, { recursive: true });
  return path.join(blobs, hash);
}
