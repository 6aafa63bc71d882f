import { Command } from "commander";
import { text } from "node:stream/consumers";
import { LocalError } from "../../local/local-error";
import { openTerminal, type Terminal } from "../../local/terminal";
import { renderTable } from "../preflight/table";
import { chooseCluster, openApiServer } from "../shared/cluster-option";
import { loadStack, type OfflineStack } from "../shared/offline/stack";
import { examineInstallation } from "./examine";
import { explainText, knownMessages } from "./explain";
import { checks, type Finding } from "./finding";
import { readInstallation } from "./read-facts";
import { parsePlace } from "./read-reachability";

/** Milliseconds until the verification does with what it has. */
const timeLimit = 30_000;
const failed = 1;

interface VerifyOptions {
  readonly stack: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly address?: string;
  readonly dns?: string;
  readonly json: boolean;
  readonly strict: boolean;
  readonly message?: string;
}

const epilogue = `
Changes nothing. Needs what the preflight needs, and the RBAC verbs list on the objects of Istio, cert-manager and the
network policies, on the controllers, claims and events of pods, and get on pods/log and two Secrets; a check whose verb
is missing is "unknown" and names it.
Exit codes: 0 nothing failed, 1 something failed (with --strict: or is unknown), or nothing could be verified.`;

/** \`agyn-net verify\`: whether an installation is what its settings say, each departure with cause and fix. */
export function verifyCommand(): Command {
  return new Command("verify")
    .description("Verify a live installation: TLS, routes, mesh, overlay, DNS and network policies.")
    .option("--stack <file or name>", "the stack's settings: Pulumi.<name>.yaml of this folder, or a file", "dev")
    .option("--kubeconfig <file>", "default: the stack's, then KUBECONFIG, then ~/.kube/config")
    .option("--context <name>", "default: the stack's, then the kubeconfig's current one")
    .option("--address <ip[:port]>", "connect to the ingress there, whatever DNS says")
    .option("--dns <ip[:port]>", "ask this DNS server instead of the system's")
    .option("--json", "print the findings as JSON", false)
    .option("--strict", "fail when something is unknown, too", false)
    .option("--message <text>", "explain an error message instead, or a log on standard input: --message -")
    .addHelpText("after", epilogue)
    .action(perform);
}

async function perform(options: VerifyOptions): Promise<void> {
  const terminal = openTerminal(process.stdout, process.env);
  try {
    if (options.message !== undefined)
      return explain(options.message === "-" ? await text(process.stdin) : options.message);
    const findings = await verify(options, loadStack(options.stack), terminal);
    if (options.json) process.stdout.write(`${JSON.stringify(findings, undefined, 2)}\n`);
    else terminal.line(renderTable(findings, checks, terminal.colors));
    const counts = options.strict ? ["fail", "unknown"] : ["fail"];
    if (findings.some(({ verdict }) => counts.includes(verdict))) process.exitCode = failed;
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    process.exitCode = failed;
    process.stderr.write(`${error.message}\n`);
  }
}

function explain(message: string): void {
  const explanation = explainText(message);
  if (explanation === undefined) throw new LocalError(`this message is not known. Known are:\n${knownMessages()}`);
  process.stdout.write(`${explanation}\n`);
}

async function verify(
  options: VerifyOptions,
  { settings, model }: OfflineStack,
  terminal: Terminal,
): Promise<readonly Finding[]> {
  for (const option of ["address", "dns"] as const) {
    const value = options[option];
    if (value === undefined || parsePlace(value, 0) !== undefined) continue;
    throw new LocalError(`--${option}: received "${value}", allowed: <ip> or <ip>:<port>, for example 192.0.2.10:443`);
  }
  const choice = chooseCluster(options, settings);
  const api = await openApiServer(choice, AbortSignal.timeout(timeLimit));
  if (!options.json) terminal.status(`asking ${api.address}`);
  const vantage = {
    address: options.address,
    dns: options.dns,
    kubeconfig: choice.file ?? choice.content,
    context: choice.context,
  };
  const facts = await readInstallation(api, model, settings, vantage);
  return examineInstallation(facts, model, settings);
}
