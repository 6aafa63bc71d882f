import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import * as path from "node:path";
import type { EngineSpec } from "./catalog";
import { tryFindEngine, type FoundEngine } from "./find";
import { pluginsHome, type Environment } from "./folders";

/** What came of it: the plugin, or why Pulumi could not fetch it. */
type Acquired = { readonly engine: FoundEngine } | { readonly refused: string };

/** Milliseconds for one plugin; they have about 100 MB. */
const limit = 600_000;

/**
 * Has Pulumi fetch a plugin of the pinned version into the cache, as it does by itself where a project is run plainly. That
 * there is no network is an answer. `pulumi` is its binary.
 */
export async function acquirePlugin(
  spec: EngineSpec,
  pulumi: string,
  environment: Environment,
  signal?: AbortSignal,
): Promise<Acquired> {
  const home = pluginsHome(environment);
  const [, name = spec.name] = /^pulumi-resource-(.+)$/.exec(spec.name) ?? [];
  const args = ["plugin", "install", "resource", name, spec.version, "--exact", "--non-interactive"];
  // A folder that an earlier attempt left counts as a plugin to Pulumi, though nothing is in it.
  const leave = (): void =>
    rmSync(path.join(home, "plugins", `resource-${name}-v${spec.version}`), { recursive: true, force: true });
  leave();
  const refused = await new Promise<string | undefined>((resolve) => {
    const env = { ...environment, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
    execFile(pulumi, args, { env: env, timeout: limit, signal }, (error, output, errors) =>
      resolve(error ? causeIn(`${output}\n${errors}`) || error.message : undefined),
    );
  });
  const engine = refused === undefined ? await tryFindEngine(spec, environment, () => undefined) : undefined;
  if (engine !== undefined) return { engine };
  leave();
  return { refused: refused ?? `${spec.name} is not where Pulumi said it would be` };
}

// The last line only counts the attempts; each of them says why.
function causeIn(text: string): string {
  const lines = text
    .trim()
    .split("\n")
    .map((line) => line.trim());
  const attempts = lines.filter((line) => line.startsWith("warning: Error downloading plugin: "));
  return (attempts.at(-1) ?? lines.at(-1) ?? "").replace(/^(warning|error): /, "");
}
