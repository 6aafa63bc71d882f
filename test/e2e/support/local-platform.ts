import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { planEngines } from "../../../local/engines/prepare";
import { platformFolders, type PlatformFolders } from "../../../local/platform/folders";
import { tryLoadPlatform, type Platform } from "../../../local/platform/platform";
import { projectRoot } from "../../support/project-root";
import { processesIn } from "./descendants";

/** How a command ended, and everything it wrote. */
export interface CommandResult {
  readonly code: number | null;
  readonly output: string;
}

/** True when every engine of a simulated run is there, so that a test needs no build. */
export async function hasEngines(): Promise<boolean> {
  const plan = await planEngines(process.env, true, () => undefined);
  return plan.toBuild.length === 0;
}

/** True when the real Kubernetes plugin and OpenZiti controller are there, and everything a run with them needs. */
export async function hasRealEngines(): Promise<boolean> {
  const plan = await planEngines(process.env, false, () => undefined);
  const optional = ["pulumi-resource-kubernetes", "ziti"] as const;
  return plan.toBuild.length === 0 && optional.every((name) => plan.found.has(name));
}

/** True when Pulumi's Node language plugin is there, with which plain `pulumi` runs programs. */
export async function hasLanguagePlugin(): Promise<boolean> {
  const plan = await planEngines(process.env, true, () => undefined);
  return plan.found.has("pulumi-language-nodejs");
}

/** A local platform in a temporary folder (made by its first command: a skipped test leaves none), driven through the command line as a user does. */
export class LocalPlatform {
  public readonly folders: PlatformFolders = platformFolders(path.join(os.tmpdir(), `agyn-local-${randomUUID()}`));

  /** What its commands are told: where its state is, and not to take a cluster of kind where this machine could make one. */
  public readonly environment = { AGYN_LOCAL_STATE: this.folders.root, AGYN_LOCAL_GROUND: "engines" };

  /** Starts `agyn-net local <args>`. */
  public start(...args: string[]): ChildProcess {
    return spawn(process.execPath, [path.join(projectRoot, "bin", "agyn-net"), "local", ...args], {
      env: { ...process.env, ...this.environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Runs `agyn-net local <args>` to its end. */
  public async run(...args: string[]): Promise<CommandResult> {
    return endOf(this.start(...args));
  }

  /** Runs a command that has to succeed and returns what it wrote. */
  public async succeed(...args: string[]): Promise<string> {
    const { code, output } = await this.run(...args);
    if (code !== 0) throw new Error(`agyn-net local ${args.join(" ")} ended with ${code}:\n${output}`);
    return output;
  }

  /** Addresses and credentials of the platform. */
  public async load(): Promise<Platform> {
    const platform = await tryLoadPlatform(this.folders);
    if (!platform) throw new Error(`no platform in ${this.folders.root}`);
    return platform;
  }

  /** Ends the engines and removes the folder. Throws when a process that worked in it is left. */
  public async remove(): Promise<void> {
    await this.succeed("stop", "--wipe");
    rmSync(this.folders.root, { recursive: true, force: true });
    const left = processesIn(this.folders.root).map(({ pid, command }) => `${pid} ${command}`);
    if (left.length > 0) throw new Error(`processes of the platform are left:\n${left.join("\n")}`);
  }
}

/** Waits for a started command to end. */
export async function endOf(child: ChildProcess): Promise<CommandResult> {
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [out, errors] = [child.stdout, child.stderr].map((stream) => (stream ? text(stream) : Promise.resolve("")));
  return { output: `${await out}${await errors}`, code: await ended };
}

/** Waits until a condition holds. Throws after `seconds`. */
export async function until(what: string, holds: () => boolean, seconds = 120): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(50)) if (holds()) return;
  throw new Error(`${what} did not happen within ${seconds} s`);
}
