import { execFile } from "node:child_process";
import { constants, existsSync } from "node:fs";
import { access, stat } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { acceptsVersion, parseVersion, type EngineSpec } from "./catalog";
import { enginesFolder, pluginsHome, type Environment } from "./folders";
import { LocalError } from "../local-error";

const run = promisify(execFile);

/** A usable engine, and where it was found. */
export interface FoundEngine {
  readonly name: string;
  readonly path: string;
  readonly version: string;
  readonly source: "environment" | "PATH" | "plugin folder" | "cache" | "built";
}

/** Receives one line per binary that was passed over, for example because its version does not fit. */
export type Remark = (line: string) => void;

/** An explicit path to an engine cannot be used: names variable, value, reason and fix. */
export class EngineError extends LocalError {}

/**
 * Looks an engine up: explicit path in the environment, PATH, Pulumi's plugin folders (plugins only), cache folder.
 * Returns undefined when it is nowhere. Throws EngineError when the explicit path is unusable.
 */
export async function tryFindEngine(
  spec: EngineSpec,
  environment: Environment,
  remark: Remark,
): Promise<FoundEngine | undefined> {
  return (
    (await findExplicit(spec, environment)) ??
    (await findOnPath(spec, environment, remark)) ??
    (await findAmongPlugins(spec, environment)) ??
    (await findInCache(spec, environment))
  );
}

async function findExplicit(spec: EngineSpec, environment: Environment): Promise<FoundEngine | undefined> {
  const file = environment[spec.variable];
  if (!file) return undefined;
  const hint = `Set it to a ${spec.name} ${spec.version} binary, or unset it.`;
  if (!(await isExecutable(file))) throw new EngineError(`${spec.variable}=${file} is not an executable file. ${hint}`);
  const version = await readVersion(spec, file);
  if (!acceptsVersion(spec, version)) {
    throw new EngineError(`${spec.variable}=${file} has version ${version}; allowed: ${allowed(spec)}. ${hint}`);
  }
  return { name: spec.name, path: path.resolve(file), version, source: "environment" };
}

async function findOnPath(
  spec: EngineSpec,
  environment: Environment,
  remark: Remark,
): Promise<FoundEngine | undefined> {
  for (const folder of (environment.PATH ?? "").split(path.delimiter).filter((entry) => path.isAbsolute(entry))) {
    const file = path.join(folder, spec.name);
    if (!(await isExecutable(file))) continue;
    const version = await readVersion(spec, file);
    if (acceptsVersion(spec, version)) return { name: spec.name, path: file, version, source: "PATH" };
    remark(`${file} has version ${version}, allowed is ${allowed(spec)}: passed over`);
  }
  return undefined;
}

async function findAmongPlugins(spec: EngineSpec, environment: Environment): Promise<FoundEngine | undefined> {
  const [, kind, name] = /^pulumi-(resource|language)-(.+)$/.exec(spec.name) ?? [];
  if (!kind) return undefined;
  const personal = path.join(environment.HOME ?? os.homedir(), ".pulumi");
  for (const home of [environment.PULUMI_HOME, personal, pluginsHome(environment)]) {
    if (!home) continue;
    const folder = path.join(home, "plugins", `${kind}-${name}-v${spec.version}`);
    const file = path.join(folder, spec.name);
    if ((await isExecutable(file)) && !existsSync(`${folder}.partial`)) {
      return { name: spec.name, path: file, version: spec.version, source: "plugin folder" };
    }
  }
  return undefined;
}

async function findInCache(spec: EngineSpec, environment: Environment): Promise<FoundEngine | undefined> {
  const file = cachedBinary(spec, environment);
  return (await isExecutable(file))
    ? { name: spec.name, path: file, version: spec.version, source: "cache" }
    : undefined;
}

/** Where the cache keeps an engine: `<cache>/<name>-<version>/<name>`. */
export function cachedBinary(spec: EngineSpec, environment: Environment): string {
  return path.join(enginesFolder(environment), `${spec.name}-${spec.version}`, spec.name);
}

// A plugin does not tell its version; Pulumi, too, takes one from PATH as it is.
async function readVersion(spec: EngineSpec, file: string): Promise<string> {
  if (!spec.versionArguments) return spec.version;
  const { stdout, stderr } = await run(file, spec.versionArguments, {
    timeout: 20_000,
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  }).catch((error: Error & { stdout?: string; stderr?: string }) => ({
    stdout: error.stdout ?? "",
    stderr: error.stderr ?? "",
  }));
  return parseVersion(`${stdout}\n${stderr}`) ?? "unknown";
}

function allowed(spec: EngineSpec): string {
  return `${spec.accepts.from} up to, not including, ${spec.accepts.below}`;
}

async function isExecutable(file: string): Promise<boolean> {
  if (
    !(await stat(file).then(
      (found) => found.isFile(),
      () => false,
    ))
  )
    return false;
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
