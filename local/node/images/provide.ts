import { existsSync } from "node:fs";
import * as path from "node:path";
import type { Environment } from "../../engines/folders";
import type { NodeFolders } from "../folders";
import { findProgram, programPath } from "../host/programs";
import { tryProvideBase } from "./bases";
import { busyBoxEntries } from "./node-images";
import { pushImage, type Image } from "./pack";
import type { ImageRecipe } from "./recipes";
import type { LayerEntry } from "./layer";

/** Environment variable with folders of programs and files for images, looked at before PATH. */
export const imagesVariable = "AGYN_IMAGES";

/** What became of a recipe: the names the registry has it under now, or why it was skipped. */
interface ProvidedImage {
  readonly recipe: ImageRecipe;
  readonly skipped?: string;
}

/** Packs every image whose programs are on this machine and gives it to the node's registry; names those it skips. */
export async function provideImages(
  recipes: readonly ImageRecipe[],
  folders: NodeFolders,
  environment: Environment,
  onStep: (what: string) => void,
): Promise<readonly ProvidedImage[]> {
  const provided: ProvidedImage[] = [];
  for (const recipe of recipes) {
    const missing = missingFiles(recipe, environment);
    if (missing.length > 0) {
      provided.push({ recipe, skipped: `not found: ${missing.join(", ")}` });
      continue;
    }
    onStep(`packing ${recipe.name}`);
    const image = tryCompose(recipe, environment, onStep);
    if (image === undefined) {
      provided.push({ recipe, skipped: "its base needs debootstrap: apt-get install debootstrap" });
      continue;
    }
    await pushImage(image, folders);
    provided.push({ recipe });
  }
  return provided;
}

/** The images that were not made, each with what it lacks, and how to make up for it; empty where all were made. */
export function describeSkipped(provided: readonly ProvidedImage[]): readonly string[] {
  const skipped = provided.flatMap(({ recipe, skipped: why }) =>
    why === undefined ? [] : [[recipe.name, why] as const],
  );
  if (skipped.length === 0) return [];
  return [
    ...skipped.map(([name, why]) => `image ${name} skipped: ${why}`),
    `A pod that needs one of them waits for it. Put what is missing into a folder of ${imagesVariable}, then, also while a run ` +
      `waits: ${imagesVariable}=<folders> agyn-net local node images`,
  ];
}

/** The files of a recipe that are neither in the folders of AGYN_IMAGES nor on PATH. */
export function missingFiles(recipe: ImageRecipe, environment: Environment): readonly string[] {
  return recipe.files.map(({ from }) => from).filter((name) => tryFindFile(name, environment) === undefined);
}

/** What a recipe packs, without its base; every file has to be there. */
export function composeEntries(recipe: ImageRecipe, environment: Environment): readonly LayerEntry[] {
  const { files, folders = [], scripts = [] } = recipe;
  return [
    ...folders.map(({ path: at, owner }): LayerEntry => ({ path: at, kind: "folder", owner, mode: 0o775 })),
    ...files.map(({ from, to }): LayerEntry => {
      const file = tryFindFile(from, environment) ?? from;
      return { path: to, kind: "file", from: file };
    }),
    ...scripts.map(({ path: at, text }): LayerEntry => ({ path: at, kind: "text", text, mode: 0o755 })),
    ...(recipe.base === "none" ? [{ path: "tmp", kind: "folder", mode: 0o1777 } as const] : []),
  ];
}

function tryCompose(recipe: ImageRecipe, environment: Environment, onStep: (what: string) => void): Image | undefined {
  const { base } = recipe;
  const entries = composeEntries(recipe, environment);
  if (base === "none") return { ...recipe, entries, base: undefined };
  if (base === "busybox") {
    return {
      ...recipe,
      entries: [...busyBoxEntries(findProgram("busybox", environment)), ...entries],
      base: undefined,
    };
  }
  const folder = tryProvideBase(base, environment, onStep);
  return folder === undefined ? undefined : { ...recipe, entries, base: folder };
}

function tryFindFile(name: string, environment: Environment): string | undefined {
  const search = [environment[imagesVariable] ?? "", programPath(environment)].join(path.delimiter);
  const folders = search.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}
