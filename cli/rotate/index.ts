import { Command, Option } from "commander";
import { LocalError } from "../../local/local-error";
import { openTerminal } from "../../local/terminal";
import { ClientError } from "../../openziti/client/errors";
import { controllerOverHttps } from "./administrator";
import { missingConsent } from "./consent";
import type { AdminCredential } from "./credential";
import { pulumiStack } from "./pulumi-stack";
import { rotate } from "./rotation";

interface RotateOptions {
  readonly stack: string;
  readonly configFile?: string;
  readonly kind?: AdminCredential["kind"];
  readonly yes: boolean;
}

const epilogue = `
Makes a second administrator, proves that it can log in, changes the stack over to it with pulumi up, and then removes the
first one. The same pulumi up gives Ziti Management a new identity and certificate. A run that ended anywhere is continued by the same command; at no time are both credentials invalid.
Without a terminal it needs --yes, and says so before it starts.
Exit codes: 0 rotated, 1 not finished.`;

/** \`agyn-net rotate\`: a new credential for the stack, and a new certificate for Ziti Management. */
export function rotateCommand(): Command {
  return new Command("rotate")
    .description("Replace the credentials with which the stack and Ziti Management log in to the controller.")
    .requiredOption("--stack <name>", "the stack")
    .option("--config-file <file>", "default: Pulumi.<stack>.yaml")
    .addOption(
      new Option("--kind <kind>", "what the new credential is; default: as the one in use").choices([
        "certificate",
        "password",
      ]),
    )
    .option("--yes", "apply without asking", false)
    .addHelpText("after", epilogue)
    .action(perform);
}

async function perform({ kind, ...choice }: RotateOptions): Promise<void> {
  const { line } = openTerminal(process.stdout, process.env);
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const missing = missingConsent({ yes: choice.yes, environment: process.env, isTerminal });
  if (missing !== undefined) {
    process.exitCode = 1;
    process.stderr.write(`${missing}\n`);
    return;
  }
  try {
    const createName = () => `agyn-networking-${choice.stack}-${Date.now().toString(36)}`;
    await rotate(pulumiStack(choice), controllerOverHttps, { kind, createName, say: line });
  } catch (error) {
    if (!(error instanceof LocalError || error instanceof ClientError)) throw error;
    process.exitCode = 1;
    process.stderr.write(`${error.message}\nRun the same command again to continue.\n`);
  }
}
