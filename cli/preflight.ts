import { Command } from "commander";
import { readFileSync } from "node:fs";
import { loadModel } from "../config/model";
import { parseSettings } from "../config/parse";
import { formatProblems } from "../config/problems";
import type { Settings } from "../config/settings";
import { readStackFile } from "../config/stack-file";
import { LocalError } from "../local/local-error";
import { projectName } from "../local/stack/configuration";
import { openTerminal } from "../local/terminal";
import { ApiServer, type ClusterChoice, loadKubeConfig } from "./preflight/api-server";
import { examineMesh } from "./preflight/examine";
import { readFacts } from "./preflight/read-facts";
import { renderTable } from "./preflight/table";

/** Milliseconds until the preflight does with what it has. */
const timeLimit = 30_000;
const failed = 1;

interface PreflightOptions {
  readonly stack: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly json: boolean;
}

const epilogue = `
Changes nothing. Needs the RBAC verbs get on namespaces and list on pods, services, serviceaccounts, configmaps,
deployments.apps and mutatingwebhookconfigurations; a check whose verb is missing is "unknown" and names it.
Exit codes: 0 nothing failed, 1 something failed.`;

/** \`agyn-net preflight\`: whether a live cluster is ready for the mesh's policies, and which pods they do not guard. */
export function preflightCommand(): Command {
  return new Command("preflight")
    .description("Check a live cluster: versions, kinds, injection, sidecars, ports and ServiceAccounts of the mesh.")
    .option("--stack <file or name>", "the stack's settings: Pulumi.<name>.yaml of this folder, or a file", "dev")
    .option("--kubeconfig <file>", "default: the stack's, then KUBECONFIG, then ~/.kube/config")
    .option("--context <name>", "default: the stack's, then the kubeconfig's current one")
    .option("--json", "print the findings as JSON", false)
    .addHelpText("after", epilogue)
    .action(perform);
}

async function perform(options: PreflightOptions): Promise<void> {
  const terminal = openTerminal(process.stdout, process.env);
  try {
    const settings = loadStackSettings(options.stack);
    const api = new ApiServer(await loadKubeConfig(choose(options, settings)), AbortSignal.timeout(timeLimit));
    const model = loadModel(settings);
    const findings = examineMesh(await readFacts(api, model, settings), model, settings);
    if (options.json) process.stdout.write(`${JSON.stringify(findings, undefined, 2)}\n`);
    else terminal.line(renderTable(findings, terminal.colors));
    if (findings.some(({ verdict }) => verdict === "fail")) process.exitCode = failed;
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    process.exitCode = failed;
    process.stderr.write(`${error.message}\n`);
  }
}

function loadStackSettings(stack: string): Settings {
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

// A kubeconfig that the stack file holds encrypted is only Pulumi's to read.
function choose({ kubeconfig, context }: PreflightOptions, { kubernetes }: Settings): ClusterChoice {
  const own = { context: context ?? kubernetes.context };
  if (kubeconfig !== undefined) return { ...own, file: kubeconfig };
  if (kubernetes.kubeconfig?.isSealed) {
    throw new LocalError(
      "--kubeconfig is needed: the stack's own kubeconfig is encrypted, and only Pulumi can read it.",
    );
  }
  return { ...own, content: kubernetes.kubeconfig?.reveal() };
}
