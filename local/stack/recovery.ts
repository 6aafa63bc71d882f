import type { Stack } from "@pulumi/pulumi/automation";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeWhole } from "../files";
import type { PlatformFolders } from "../platform/folders";
import { tryIdentify } from "../running";

/** Runs an operation under a mark that a killed run leaves behind. */
export async function marked<T>(folders: PlatformFolders, operation: string, run: () => Promise<T>): Promise<T> {
  writeWhole(folders.operation, JSON.stringify({ operation, since: new Date().toISOString() }));
  const result = await run().finally(() => rmSync(folders.operation, { force: true }));
  return result;
}

/** True when the last operation, ours or one of plain `pulumi`, was cut off before Pulumi could end it. */
export function wasInterrupted(folders: PlatformFolders): boolean {
  return existsSync(folders.operation) || lockingPids(folders).some((pid) => tryIdentify(pid) === undefined);
}

/**
 * Makes a stack usable after a killed run: waits for an engine that still winds down, takes its lock away and forgets the
 * creations that had begun. Nothing is made twice: both providers take over what they find under the same name, the
 * Kubernetes one because of `kubernetes.adopt`, the OpenZiti one because its objects carry the stack's tags.
 */
export async function recover(folders: PlatformFolders, stack: Stack): Promise<void> {
  await waitForEngines(folders);
  await stack.cancel();
  await stack.refresh({ clearPendingCreates: true, runProgram: true });
  rmSync(folders.operation, { force: true });
}

const windDownSeconds = 60;

// An engine whose caller was killed ends by itself; its lock in the backend holds its pid.
async function waitForEngines(folders: PlatformFolders): Promise<void> {
  for (const end = Date.now() + windDownSeconds * 1000; Date.now() < end; await sleep(200)) {
    if (!lockingPids(folders).some((pid) => tryIdentify(pid) !== undefined)) return;
  }
}

function lockingPids({ backend }: PlatformFolders): readonly number[] {
  const locks = path.join(backend, ".pulumi", "locks");
  if (!existsSync(locks)) return [];
  return readdirSync(locks, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .map((name) => (JSON.parse(readFileSync(path.join(locks, name), "utf8")) as { pid: number }).pid);
}
