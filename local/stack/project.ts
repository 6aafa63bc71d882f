import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { findEngine, type Engines } from "../engines/prepare";
import { catalog, type EngineName } from "../engines/catalog";
import { tryReadText, writeWhole } from "../files";
import type { PlatformFolders } from "../platform/folders";
import { ensurePassphrase } from "../platform/record";
import { projectName } from "../../config/project";
import { stackName, type Override, withOverrides, type StackConfiguration } from "./configuration";

/** The stack file of a platform, inside its project folder. */
export function stackFile(folders: PlatformFolders): string {
  return path.join(folders.project, `Pulumi.${stackName}.yaml`);
}

/**
 * What every Pulumi command of the platform runs with: own home, own backend, nothing downloaded, no other cluster, and
 * of plugins on PATH only those that were linked into the home: a simulated run would silently take the real one.
 */
export function pulumiEnvironment(folders: PlatformFolders): Record<string, string> {
  return {
    PULUMI_HOME: folders.pulumiHome,
    PULUMI_BACKEND_URL: `file://${folders.backend}`,
    PULUMI_CONFIG_PASSPHRASE: ensurePassphrase(folders),
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    KUBECONFIG: folders.kubeconfig,
  };
}

/** Writes the project the stack runs in and Pulumi's own home with the plugins: real ones linked, else the double. */
export function writeProject(folders: PlatformFolders, engines: Engines, repository: string): void {
  for (const folder of [folders.backend, folders.binaries, folders.project]) mkdirSync(folder, { recursive: true });
  const project = {
    name: projectName,
    runtime: "nodejs",
    plugins: { providers: [{ name: "openziti", path: path.join(repository, "bin") }] },
  };
  writeWhole(path.join(folders.project, "Pulumi.yaml"), stringify(project));
  link(findEngine(engines, "pulumi").path, path.join(folders.binaries, "pulumi"));
  for (const name of ["pulumi-language-nodejs", "pulumi-resource-random"] as const) {
    const plugin = engines.get(name);
    if (plugin) link(plugin.path, pluginFile(folders, name));
  }
  installKubernetesPlugin(folders, engines);
}

/**
 * Writes the stack file when the wanted configuration changed. Secrets go through `pulumi config set --secret` and its
 * standard input, so they are neither in a command line nor in clear on disk. The stack has to exist.
 */
export async function writeStackFile(
  folders: PlatformFolders,
  committed: StackConfiguration,
  overrides: readonly Override[],
): Promise<void> {
  const file = stackFile(folders);
  const keyFile = path.join(folders.project, "configuration.sha256");
  const key = createHash("sha256")
    .update(JSON.stringify([committed, overrides]))
    .digest("hex");
  const present = tryReadText(file);
  if (present !== undefined && tryReadText(keyFile) === key) return;
  const salt = present === undefined ? undefined : (parse(present) as { encryptionsalt?: string }).encryptionsalt;
  const plain = overrides.filter((override) => !override.secret);
  const head = salt === undefined ? {} : { encryptionsalt: salt };
  writeWhole(file, stringify({ ...head, config: withOverrides(committed, plain) }));
  for (const override of overrides.filter(({ secret }) => secret)) await setSecret(folders, override);
  writeWhole(keyFile, key);
}

function setSecret(folders: PlatformFolders, override: Override): Promise<void> {
  const args = ["config", "set", "--secret", "--path", `${projectName}:${override.path}`, "--stack", stackName];
  return new Promise((resolve, reject) => {
    const child = execFile(
      path.join(folders.binaries, "pulumi"),
      [...args, "--non-interactive"],
      { cwd: folders.project, env: { ...process.env, ...pulumiEnvironment(folders) } },
      (error, _stdout, stderr) => (error ? reject(new Error(`pulumi config set failed: ${stderr}`)) : resolve()),
    );
    child.stdin?.end(String(override.value));
  });
}

function installKubernetesPlugin(folders: PlatformFolders, engines: Engines): void {
  const target = pluginFile(folders, "pulumi-resource-kubernetes");
  const real = engines.get("pulumi-resource-kubernetes");
  if (real) return link(real.path, target);
  const double = path.join(__dirname, "..", "doubles", "kubernetes", "main.js");
  rmSync(target, { force: true });
  writeWhole(target, `#!/bin/sh\nexec "${process.execPath}" "${double}" "$@"\n`, 0o700);
  chmodSync(target, 0o700);
}

// Pulumi looks for `pulumi-resource-kubernetes` in `plugins/resource-kubernetes-v<version>`.
function pluginFile(folders: PlatformFolders, plugin: EngineName): string {
  const { name, version } = catalog[plugin];
  return path.join(folders.pulumiHome, "plugins", `${name.replace(/^pulumi-/, "")}-v${version}`, name);
}

function link(target: string, name: string): void {
  mkdirSync(path.dirname(name), { recursive: true });
  rmSync(name, { force: true });
  symlinkSync(target, name);
}
