import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import type { PlatformFolders } from "../platform/folders";
import { stackName } from "./configuration";
import { pulumiEnvironment } from "./project";

/** Opens the stack of a platform, making it when there is none. Needs the files of `writeProject` and `writeStackFile`. */
export async function openStack(folders: PlatformFolders, program: PulumiFn): Promise<Stack> {
  // Pulumi's SDK takes a second to load: help, status and stop do without.
  const { LocalWorkspace, PulumiCommand, Stack } = await import("@pulumi/pulumi/automation/index.js");
  // The version was checked when the engine was found.
  const pulumiCommand = await PulumiCommand.get({ root: folders.root, skipVersionCheck: true });
  const workspace = await LocalWorkspace.create({
    workDir: folders.project,
    pulumiHome: folders.pulumiHome,
    pulumiCommand,
    program,
    secretsProvider: "passphrase",
    envVars: pulumiEnvironment(folders),
  });
  return Stack.createOrSelect(stackName, workspace);
}

/** The program of this repository, loaded when it is needed: status and stop do without. */
export async function runProgram(): Promise<Record<string, unknown>> {
  const { default: program } = await import("../../index.js");
  return { ...program() };
}
