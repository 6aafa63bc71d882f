import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { catalog } from "../../../local/engines/catalog";
import { type Engines, planEngines } from "../../../local/engines/prepare";
import { type PlatformFolders, platformFolders } from "../../../local/platform/folders";
import { pulumiEnvironment, writeProject } from "../../../local/stack/project";
import { projectRoot } from "../../support/project-root";
import { openInlineStack } from "./inline-stack";
import type { CommandResult } from "./local-platform";

/** Pulumi's engine with this project's provider and a backend of its own, and without a cluster. */
export class PulumiSandbox {
  private constructor(readonly folders: PlatformFolders) {}

  /** A sandbox in a temporary folder; undefined where Pulumi's engine is not found. */
  static async tryOpen(): Promise<PulumiSandbox | undefined> {
    const { found } = await planEngines(process.env, true, () => undefined);
    return PulumiSandbox.openWith(found);
  }

  /** A sandbox with the real Kubernetes plugin as well; undefined where either is not found. */
  static async tryOpenWithKubernetes(): Promise<PulumiSandbox | undefined> {
    const { found } = await planEngines(process.env, false, () => undefined);
    return found.has("pulumi-resource-kubernetes") ? PulumiSandbox.openWith(found) : undefined;
  }

  private static openWith(found: Engines): PulumiSandbox | undefined {
    if (!found.has(catalog.pulumi.name)) return undefined;
    const folders = platformFolders(mkdtempSync(path.join(os.tmpdir(), "agyn-pulumi-")));
    writeProject(folders, found, projectRoot);
    return new PulumiSandbox(folders);
  }

  /** A stack of a program, made when there is none. */
  open(project: string, stack: string, program: PulumiFn): Promise<Stack> {
    return openInlineStack(this, { project, stack }, program);
  }

  /** Runs `pulumi <args>` in the folder of a stack. */
  run(project: string, stack: string, ...args: string[]): Promise<CommandResult> {
    const cwd = path.join(this.folders.root, "inline", `${project}-${stack}`);
    const env = { ...process.env, ...pulumiEnvironment(this.folders) };
    return new Promise((resolve) => {
      const options = { cwd, env, maxBuffer: 256 * 1024 * 1024 };
      const child = execFile(path.join(this.folders.binaries, "pulumi"), args, options, (_error, output, errors) =>
        resolve({ code: child.exitCode, output: `${output}${errors}` }),
      );
    });
  }

  /** Removes the folder. */
  remove(): void {
    rmSync(this.folders.root, { recursive: true, force: true });
  }
}
