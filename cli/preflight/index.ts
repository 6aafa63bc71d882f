import { Command } from "commander";
import { LocalError } from "../../local/local-error";
import { openTerminal } from "../../local/terminal";
import { examineMesh, examinePublicSide } from "./examine";
import { examineGround } from "./checks/ground";
import { examineSettings } from "./checks/settings";
import { checks, groundChecks, publicChecks, settingChecks } from "./finding";
import { readGroundFacts } from "./ground-facts";
import { readFacts } from "./read-facts";
import { readPublicFacts } from "./read-public-facts";
import { renderTable } from "./table";
import { chooseCluster, openApiServer } from "../shared/cluster-option";
import { loadStack } from "../shared/offline/stack";

/** Milliseconds until the preflight does with what it has. */
const timeLimit = 30_000;
const failed = 1;
const titles = { ...settingChecks, ...checks, ...publicChecks, ...groundChecks };

interface PreflightOptions {
  readonly stack: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly json: boolean;
}

const epilogue = `
Changes nothing. Needs the RBAC verbs get on namespaces and list on pods, services, serviceaccounts, configmaps,
deployments.apps, mutatingwebhookconfigurations, the configured kind of issuer and, by provider, on classes and gateways;
with the Gateway API also get on customresourcedefinitions; for volumes and load balancers list on storageclasses, nodes and the
services of all namespaces; with images.pullSecrets get on those secrets. A check whose verb is missing is "unknown" and names it.
Exit codes: 0 nothing failed, 1 something failed.`;

/** \`agyn-net preflight\`: whether a live cluster is ready for the mesh's policies, and which pods they do not guard. */
export function preflightCommand(): Command {
  return new Command("preflight")
    .description(
      "Check a live cluster: versions, kinds, injection, sidecars, ports and ServiceAccounts of the mesh, issuer and ingress of the public.",
    )
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
    const stack = loadStack(options.stack);
    const { settings, model } = stack;
    const api = await openApiServer(chooseCluster(options, settings), AbortSignal.timeout(timeLimit));
    const [facts, publicFacts, ground] = await Promise.all([
      readFacts(api, model, settings),
      readPublicFacts(api, model),
      readGroundFacts(api, settings),
    ]);
    const mesh = examineMesh(facts, model, settings);
    const others = [...examinePublicSide(publicFacts, model), ...examineGround(ground, settings)];
    const seen = "reason" in facts.version ? mesh : [...mesh, ...others];
    const findings = [...examineSettings(stack.missing, stack), ...seen];
    if (options.json) process.stdout.write(`${JSON.stringify(findings, undefined, 2)}\n`);
    else terminal.line(renderTable(findings, titles, terminal.colors));
    if (findings.some(({ verdict }) => verdict === "fail")) process.exitCode = failed;
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    process.exitCode = failed;
    process.stderr.write(`${error.message}\n`);
  }
}
