import { Command } from "commander";
import { LocalError } from "../../local/local-error";
import type { Terminal } from "../../local/terminal";
import { ControllerClient } from "../../openziti/client/client";
import { ClientError } from "../../openziti/client/errors";
import { toSweepConnection } from "./connection";
import { findTagged, idsInState, type Tagged } from "./sweep";
import { answer, printJson, refused } from "../shared/output";
import { askPulumi, type ShownConfig } from "../shared/pulumi-command";
import { toLogIn } from "../rotate/credential";

interface LeftoversOptions {
  readonly stack: string;
  readonly configFile?: string;
  readonly json: boolean;
}

const epilogue = `
Asks the controller for everything that carries the stack's tags, and the state for what it knows of it. Changes nothing.
The credential is the stack's own: from its state, and from its settings once it is destroyed.
Exit codes: 0 nothing is left over, 1 failed, 2 something is left over.`;

/** \`agyn-net leftovers\`: what a stack made in the controller and does not know any more. */
export function leftoversCommand(): Command {
  return new Command("leftovers")
    .description("List what a stack left behind in the OpenZiti controller.")
    .requiredOption("--stack <name>", "the stack")
    .option("--config-file <file>", "default: Pulumi.<stack>.yaml")
    .option("--json", "print the objects as JSON", false)
    .addHelpText("after", epilogue)
    .action((options: LeftoversOptions) => answer((out) => perform(options, out)));
}

async function perform(options: LeftoversOptions, out: Terminal): Promise<void> {
  const left = await findLeftovers(options);
  if (left.length > 0) process.exitCode = refused;
  if (options.json) return printJson(left);
  for (const { collection, name, id } of left) out.line(`${collection}  ${name}  ${id}`);
  out.line(left.length === 0 ? `${options.stack} left nothing behind.` : whatToDo(left.length, options.stack));
}

function whatToDo(count: number, stack: string): string {
  return (
    `${count} objects carry the tags of ${stack} and are not in its state. "pulumi up" takes them back, and "pulumi destroy" ` +
    `then deletes them. An identity that the stack enrolled itself (ziti-management-…) is not taken back, because its key ` +
    `went with the state: it is an administrator, so delete it. One alone goes with "ziti edge delete <kind> <id>".`
  );
}

async function findLeftovers({ stack, configFile }: LeftoversOptions): Promise<readonly Tagged[]> {
  const file = configFile === undefined ? [] : ["--config-file", configFile];
  const ask = async (...args: string[]) =>
    JSON.parse(await askPulumi([...args, "--show-secrets", "--stack", stack])) as unknown;
  const exported = await ask("stack", "export");
  const connection = toSweepConnection(exported, (await ask("config", "--json", ...file)) as ShownConfig, stack);
  const { cluster, credential } = toLogIn(connection.cluster, connection.credential);
  const client = new ControllerClient(cluster, credential);
  const known = idsInState(exported);
  try {
    return (await findTagged(client, connection.stack)).filter(({ id }) => !known.has(id));
  } catch (error) {
    throw error instanceof ClientError ? new LocalError(error.message) : error;
  } finally {
    await client.close();
  }
}
