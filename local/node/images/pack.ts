import { mkdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { enterArguments } from "../host/network-namespace";
import { runProgram } from "../host/programs";
import type { NodeFolders } from "../folders";
import { registryAddress } from "../settings/registry";
import { packLayer, type LayerEntry } from "./layer";
import { addBlob, moveBlob, writeLayout, type ImageStart } from "./layout";
import { toRepository } from "./names";

/** An image to make: what starts, what is in it, and on top of which folder. */
export interface Image extends ImageStart {
  /** The names under which pods ask for it, with registry and tag. */
  readonly names: readonly string[];
  readonly entries: readonly LayerEntry[];
  /** A folder that holds a whole system (for example of `debootstrap`); its content is the lowest layer. */
  readonly base?: string;
}

/** Packs an image and gives it to the node's registry under each of its names. Throws NodeError when that fails. */
export async function pushImage(image: Image, folders: NodeFolders): Promise<void> {
  const [first = "image"] = image.names;
  const { repository, tag } = toRepository(first);
  const layout = path.join(folders.images, `${repository.replaceAll("/", "_")}_${tag}`);
  rmSync(layout, { recursive: true, force: true });
  mkdirSync(layout, { recursive: true });
  try {
    const base = image.base === undefined ? [] : [await moveBlob(layout, packFolder(image.base, layout))];
    writeLayout(layout, image, [...base, addBlob(layout, packLayer(image.entries))]);
    for (const name of image.names) copyToRegistry(layout, name, folders);
  } finally {
    // The registry has it now; a layout would keep every byte twice.
    rmSync(layout, { recursive: true, force: true });
  }
}

function packFolder(base: string, layout: string): string {
  const file = path.join(layout, "base.tar");
  const plain = ["--numeric-owner", "--sort=name", "--one-file-system"];
  runProgram("tar", [...plain, `--directory=${base}`, "--exclude=./proc/*", "--exclude=./sys/*", "-cf", file, "."]);
  return file;
}

function copyToRegistry(layout: string, name: string, { names }: NodeFolders): void {
  const { repository, tag } = toRepository(name);
  // Digests are kept, so nothing is compressed on the way: it stays on this machine.
  const copy = ["copy", "--quiet", "--insecure-policy", "--preserve-digests", "--dest-tls-verify=false"];
  const target = `docker://${registryAddress}/${repository}:${tag}`;
  runProgram("nsenter", [...enterArguments(names), "skopeo", ...copy, `oci:${layout}`, target]);
}
