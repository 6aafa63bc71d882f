import type { Deployment, Stack } from "@pulumi/pulumi/automation";
import { execFile } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { writeWhole } from "../files";
import type { PlatformFolders } from "../platform/folders";
import { tryIdentify } from "../running";
import { stackName } from "./configuration";
import { pulumiEnvironment } from "./project";

/** A resource whose creation had begun when a run was cut off; nobody noted whether it was made. */
export interface PendingCreate {
  readonly urn: string;
  /** The id it has if it was made; undefined where the provider itself recognizes its own objects. */
  readonly id: string | undefined;
}

/** Runs an operation under a mark that a killed run leaves behind. */
export async function marked<T>(folders: PlatformFolders, operation: string, run: () => Promise<T>): Promise<T> {
  writeWhole(folders.operation, JSON.stringify({ operation, since: new Date().toISOString() }));
  const result = await run().finally(() => rmSync(folders.operation, { force: true }));
  return result;
}

/** True when the last operation was cut off before Pulumi could end it. */
export function wasInterrupted(folders: PlatformFolders): boolean {
  return existsSync(folders.operation);
}

/**
 * Makes a stack usable after a killed run: waits for an engine that still winds down, takes its lock away, and settles
 * every creation that had begun, so that nothing is made twice.
 */
export async function recover(folders: PlatformFolders, stack: Stack): Promise<readonly PendingCreate[]> {
  await waitForEngines(folders);
  await stack.cancel();
  const pending = pendingCreates(await stack.exportStack());
  if (pending.length > 0) await settle(folders, pending);
  rmSync(folders.operation, { force: true });
  return pending;
}

interface PendingOperation {
  readonly type: string;
  readonly resource: {
    readonly urn: string;
    readonly type: string;
    readonly inputs?: { readonly metadata?: { readonly name?: string; readonly namespace?: string } };
  };
}

/** The creations that had begun, with the ids Kubernetes objects have: `namespace/name`, or `name` without one. */
export function pendingCreates({ deployment }: Deployment): readonly PendingCreate[] {
  const { pending_operations: operations } = deployment as { pending_operations?: readonly PendingOperation[] };
  return (operations ?? [])
    .filter(({ type }) => type === "creating")
    .map(({ resource: { urn, type, inputs } }) => {
      const { name, namespace } = inputs?.metadata ?? {};
      const id = namespace === undefined ? name : `${namespace}/${name}`;
      return { urn, id: type.startsWith("kubernetes:") ? id : undefined };
    });
}

// Two steps, because clearing comes before importing when both are asked for at once.
async function settle(folders: PlatformFolders, pending: readonly PendingCreate[]): Promise<void> {
  const refresh = ["refresh", "--yes", "--skip-preview", "--non-interactive", "--stack", stackName];
  const flag = "--import-pending-creates";
  const imports = pending.flatMap(({ urn, id }) => (id ? [flag, urn, flag, id] : []));
  if (imports.length > 0) await runPulumi(folders, [...refresh, ...imports]);
  if (pending.some(({ id }) => id === undefined)) await runPulumi(folders, [...refresh, "--clear-pending-creates"]);
}

async function runPulumi(folders: PlatformFolders, args: readonly string[]): Promise<void> {
  await promisify(execFile)(path.join(folders.binaries, "pulumi"), args, {
    cwd: folders.project,
    env: { ...process.env, ...pulumiEnvironment(folders) },
  });
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
