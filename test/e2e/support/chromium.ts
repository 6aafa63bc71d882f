import { existsSync } from "node:fs";
import * as path from "node:path";
import { chromium, type Browser } from "playwright-core";

// What would call home, or needs a sandbox that root does not have, is off.
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The browser of this machine: AGYN_CHROMIUM, then `chromium` on PATH; undefined when there is none. */
export function tryFindChromium(environment: NodeJS.ProcessEnv): string | undefined {
  if (environment.AGYN_CHROMIUM !== undefined) return environment.AGYN_CHROMIUM;
  const folders = (environment.PATH ?? "").split(path.delimiter);
  return folders.map((folder) => path.join(folder, "chromium")).find((file) => existsSync(file));
}

/** Starts the browser without a window, with an empty profile. `extra` are further arguments. */
export function launchChromium(executablePath: string, extra: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath, headless: true, args: [...args, ...extra] });
}
