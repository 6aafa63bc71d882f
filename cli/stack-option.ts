import { readFileSync } from "node:fs";
import { parseSettings } from "../config/parse";
import { formatProblems } from "../config/problems";
import type { Settings } from "../config/settings";
import { readStackFile } from "../config/stack-file";
import { LocalError } from "../local/local-error";
import { projectName } from "../local/stack/configuration";
import type { ClusterChoice } from "./preflight/api-server";

/** The settings of `--stack`: the name of a stack of this folder, or a file. Throws LocalError with every problem. */
export function loadStackSettings(stack: string): Settings {
  const isFile = /\.ya?ml$/.test(stack);
  const file = isFile ? stack : `Pulumi.${stack}.yaml`;
  const name = /(?:^|[\\/])Pulumi\.([^\\/]+)\.ya?ml$/.exec(file)?.[1] ?? "dev";
  const origin = { project: projectName, stack: name };
  const result = parseSettings(readStackFile(readText(file)), { ...origin, now: new Date() });
  if ("settings" in result) return result.settings;
  throw new LocalError(formatProblems(result.problems, origin));
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new LocalError(
      `--stack: ${file} cannot be read (${code}). Give the name of a stack, or the path of its file.`,
    );
  }
}

/** What a command line says about the cluster. */
export interface ClusterOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** The cluster of a command: its own options first, then the stack's. Throws LocalError for an encrypted kubeconfig. */
export function chooseCluster({ kubeconfig, context }: ClusterOptions, { kubernetes }: Settings): ClusterChoice {
  const own = { context: context ?? kubernetes.context };
  if (kubeconfig !== undefined) return { ...own, file: kubeconfig };
  if (kubernetes.kubeconfig?.isSealed) {
    throw new LocalError(
      "--kubeconfig is needed: the stack's own kubeconfig is encrypted, and only Pulumi can read it.",
    );
  }
  return { ...own, content: kubernetes.kubeconfig?.reveal() };
}
