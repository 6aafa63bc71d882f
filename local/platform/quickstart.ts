import { rmSync } from "node:fs";
import * as path from "node:path";
import { tryReadText, writeWhole } from "../files";
import type { PlatformFolders } from "./folders";
import type { Ports } from "./ports";

/** Where the real controller keeps its data, its certificates and its addresses. */
export function quickstartHome(folders: PlatformFolders): string {
  return path.join(folders.controllerData, "quickstart");
}

/**
 * Removes data the real controller could not start from: set up halfway, or for other ports. The addresses in it cannot
 * be changed, so it starts afresh and the stack is installed on it again.
 */
export function dropUnusableQuickstart(folders: PlatformFolders, ports: Ports): void {
  if (tryReadText(noteFile(folders)) === describe(ports)) return;
  rmSync(noteFile(folders), { force: true });
  rmSync(quickstartHome(folders), { recursive: true, force: true });
}

/** Notes that the real controller's data is complete, and for which ports. */
export function noteUsableQuickstart(folders: PlatformFolders, ports: Ports): void {
  writeWhole(noteFile(folders), describe(ports));
}

function noteFile(folders: PlatformFolders): string {
  return path.join(folders.controllerData, "quickstart.json");
}

function describe({ controller, router }: Ports): string {
  return JSON.stringify({ controller, router });
}
