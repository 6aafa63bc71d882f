import { LocalWorkspace, PulumiCommand, Stack, type PulumiFn } from "@pulumi/pulumi/automation";
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { writeWhole } from "../../../local/files";
import type { PlatformFolders } from "../../../local/platform/folders";
import { pulumiEnvironment } from "../../../local/stack/project";
import { projectRoot } from "../../support/project-root";

/** Opens a stack of another program in the folders of a platform: same engines, plugins and backend. */
export async function openInlineStack(
  { folders }: { readonly folders: PlatformFolders },
  { project, stack }: { readonly project: string; readonly stack: string },
  program: PulumiFn,
): Promise<Stack> {
  const workDir = path.join(folders.root, "inline", `${project}-${stack}`);
  mkdirSync(workDir, { recursive: true });
  const plugins = { providers: [{ name: "openziti", path: path.join(projectRoot, "bin") }] };
  writeWhole(path.join(workDir, "Pulumi.yaml"), stringify({ name: project, runtime: "nodejs", plugins }));
  const workspace = await LocalWorkspace.create({
    workDir,
    pulumiHome: folders.pulumiHome,
    pulumiCommand: await PulumiCommand.get({ root: folders.root, skipVersionCheck: true }),
    program,
    secretsProvider: "passphrase",
    envVars: pulumiEnvironment(folders),
  });
  return Stack.createOrSelect(stack, workspace);
}
