import { LocalWorkspace, PulumiCommand, Stack, type PulumiFn } from "@pulumi/pulumi/automation";
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { pulumiEnvironment } from "../../../local/stack/project";
import type { LocalPlatform } from "./local-platform";

/** Opens a stack of another program on a platform that was brought up once: same engines, plugins and backend. */
export async function openInlineStack(
  { folders }: LocalPlatform,
  { project, stack }: { readonly project: string; readonly stack: string },
  program: PulumiFn,
): Promise<Stack> {
  const workDir = path.join(folders.root, "inline", `${project}-${stack}`);
  mkdirSync(workDir, { recursive: true });
  const workspace = await LocalWorkspace.create({
    workDir,
    projectSettings: { name: project, runtime: "nodejs" },
    pulumiHome: folders.pulumiHome,
    pulumiCommand: await PulumiCommand.get({ root: folders.root, skipVersionCheck: true }),
    program,
    secretsProvider: "passphrase",
    envVars: pulumiEnvironment(folders),
  });
  return Stack.createOrSelect(stack, workspace);
}
