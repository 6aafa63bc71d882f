// The command line: reads the arguments and hands over to one command.
import { Command } from "commander";
import { commands } from "./commands";

async function main(): Promise<void> {
  const program = new Command("agyn-net")
    .description("Operates the networking of the Agyn agent platform.")
    .showHelpAfterError();
  const named = commands[process.argv[2] ?? ""];
  for (const load of named === undefined ? Object.values(commands) : [named]) program.addCommand(await load());
  await program.parseAsync();
}

void main();
