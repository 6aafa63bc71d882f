import * as os from "node:os";
import * as path from "node:path";

/** The environment a decision reads; `process.env` in production, a literal in tests. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where built engines live: AGYN_ENGINES, default `<user cache folder>/agyn-networking/engines`. */
export function enginesFolder(environment: Environment, platform: NodeJS.Platform = process.platform): string {
  if (environment.AGYN_ENGINES) return path.resolve(environment.AGYN_ENGINES);
  const home = environment.HOME ?? os.homedir();
  const cache =
    environment.XDG_CACHE_HOME ?? path.join(home, ...(platform === "darwin" ? ["Library", "Caches"] : [".cache"]));
  return path.join(cache, "agyn-networking", "engines");
}

/** Where a platform keeps its state: AGYN_LOCAL_STATE, default `<user state folder>/agyn-networking/local`. */
export function stateFolder(environment: Environment, platform: NodeJS.Platform = process.platform): string {
  if (environment.AGYN_LOCAL_STATE) return path.resolve(environment.AGYN_LOCAL_STATE);
  const home = environment.HOME ?? os.homedir();
  const state =
    environment.XDG_STATE_HOME ??
    path.join(home, ...(platform === "darwin" ? ["Library", "Application Support"] : [".local", "state"]));
  return path.join(state, "agyn-networking", "local");
}

/** Pulumi's home for plugins that it fetched for the local platform: in the cache, so that every state folder has them. */
export function pluginsHome(environment: Environment): string {
  return path.join(enginesFolder(environment), "pulumi");
}
