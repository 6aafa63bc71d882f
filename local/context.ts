import * as path from "node:path";
import type { Environment } from "./engines/folders";
import { stateFolder } from "./engines/folders";
import { platformFolders, type PlatformFolders } from "./platform/folders";
import { runProgram } from "./stack/stack";
import type { Terminal } from "./terminal";

/** What every command of the local platform works with. */
export interface LocalContext {
  readonly environment: Environment;
  readonly terminal: Terminal;
  /** The clone: its Pulumi files and pinned Go modules. */
  readonly repository: string;
  readonly folders: PlatformFolders;
  /** Aborted by Ctrl-C and by a request to end: builds and downloads stop. */
  readonly signal: AbortSignal;
  /** Aborted by a request to end only: Pulumi's engine hears Ctrl-C by itself, and twice means "at once" to it. */
  readonly engineSignal: AbortSignal;
  /** Doubles even where the real Kubernetes plugin and controller are installed. */
  readonly simulated: boolean;
  readonly program: () => Promise<Record<string, unknown>>;
}

/** The context of a command as a user starts it. */
export function createContext(
  terminal: Terminal,
  signals: Pick<LocalContext, "signal" | "engineSignal">,
  options: { readonly simulated: boolean; readonly environment?: Environment },
): LocalContext {
  const environment = options.environment ?? process.env;
  return {
    environment,
    terminal,
    ...signals,
    // Compiled files are in dist/local.
    repository: path.resolve(__dirname, "..", ".."),
    folders: platformFolders(stateFolder(environment)),
    simulated: options.simulated,
    program: runProgram,
  };
}
